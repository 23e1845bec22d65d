"""How good answers are: `python -m tests.bench.bench_answers --data FOLDER [--set xquad] [--questions N] [--fit]`.

FOLDER holds data sets in BEIR layout whose queries have a short reference `answer`. Each question is asked twice through
the whole product, in a throw-away company: as somebody who may read everything, and with the documents that
answer it moved under an access rule that lets nobody in. One JSON object a line:

- "containment": how often the reference answer stands in the at most three units shown, before confidence may
  withhold them, and in what is shown in the end;
- "confidence": how often each word is given to both kinds of question, for both halves (even and odd queries);
- "milliseconds": of a whole answer, with nothing cached;
- with --fit: the coefficients and thresholds of ragportal/answering/confidence.py, from the even half.
"""

import argparse
import json
import os
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ragportal.settings.embedded")
django.setup()

from django.conf import settings  # noqa: E402 (Django must be set up first)
from django.test.utils import override_settings  # noqa: E402

from connectors.base import DocumentAccess  # noqa: E402
from ragportal.access.asker import Asker, Situation  # noqa: E402
from ragportal.access.models import Channel  # noqa: E402
from ragportal.access.scope import scope_for  # noqa: E402
from ragportal.access.services import rule_for  # noqa: E402
from ragportal.answering.confidence import Evidence, evidence_of  # noqa: E402
from ragportal.answering.generate import Draft, generate  # noqa: E402
from ragportal.answering.question import understand  # noqa: E402
from ragportal.answering.results import Answer, Confidence  # noqa: E402
from ragportal.answering.selectors import version_texts  # noqa: E402
from ragportal.answering.services import answer_question  # noqa: E402
from ragportal.common.engines import the_embedder  # noqa: E402
from ragportal.evaluation.beir import load_beir  # noqa: E402
from ragportal.evaluation.retrieval import company_with  # noqa: E402
from ragportal.knowledge.models import Document, Source  # noqa: E402
from ragportal.search.services import retrieve  # noqa: E402

SITUATION = Situation(Channel.COMMAND_LINE)
TIMED = 100
FALSE_ALLOWED = 0.045  # of the fitting half, so that the other half stays below 5 %
LOST_ALLOWED = 0.02


@dataclass(frozen=True)
class Asked:
    """A question with what came of it, allowed and forbidden."""

    reference: str
    allowed: Answer
    forbidden: Answer
    draft: Draft
    evidence: tuple[Evidence, Evidence]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", default="xquad")
    parser.add_argument("--questions", type=int, default=None, help="only the first N")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    folder = options.data / options.set
    dataset = load_beir(folder)
    references = reference_answers(folder)
    with company_with(dataset, lambda what, count: None) as (asker, names):
        documents = {name: document for document, name in names.items()}
        queries = [query for query in dataset.queries if query in references][: options.questions]
        report(milliseconds(asker, [dataset.queries[query] for query in queries[:TIMED]]))
        asked = [
            ask_twice(
                asker, dataset.queries[query], references[query], [documents[one] for one in dataset.judgements[query]]
            )
            for query in queries
        ]
    report({"set": options.set, "documents": len(documents), "questions": len(asked)})
    report(containment(asked))
    for half in (0, 1):
        report(rates(asked[half::2], "even" if half == 0 else "odd"))
    if options.fit:
        report(fitted(asked[::2], asked[1::2]))


def reference_answers(folder: Path) -> dict[str, str]:
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {row["_id"]: row["answer"] for row in rows if row.get("answer")}


def ask_twice(asker: Asker, question: str, reference: str, gold: Sequence[int]) -> Asked:
    allowed, draft = answer_question(asker=asker, question=question, situation=SITUATION), drafted(asker, question)
    with nobody_reads(gold):
        forbidden = answer_question(asker=asker, question=question, situation=SITUATION)
        without = drafted(asker, question)
    assert not {citation.document_id for citation in forbidden.citations} & set(gold), "a forbidden document was cited"
    return Asked(reference, allowed, forbidden, draft, (evidence_of(draft), evidence_of(without)))


def drafted(asker: Asker, question: str) -> Draft:
    """What `answer_question` generates before confidence may withhold it."""
    retrieval = retrieve(question, scope_for(asker, SITUATION))
    understood = understand(retrieval.question, retrieval.language)
    return generate(understood, retrieval.passages, version_texts(passages=retrieval.passages), the_embedder())


@contextmanager
def nobody_reads(documents: Sequence[int]) -> Iterator[None]:
    """For the block, the documents stand under a rule without reader sets; the index is not told."""
    nobody = rule_for(source_id=Source.objects.get().pk, access=DocumentAccess(reader_sets=()))
    rows = Document.objects.filter(pk__in=documents)
    former = dict(rows.values_list("pk", "access_rule_id"))
    rows.update(access_rule=nobody)
    try:
        yield
    finally:
        for document, rule in former.items():
            Document.objects.filter(pk=document).update(access_rule_id=rule)


def milliseconds(asker: Asker, questions: Sequence[str]) -> dict[str, object]:
    with override_settings(EMBEDDER=settings.EVALUATED_EMBEDDER):
        answer_question(asker=asker, question=questions[0], situation=SITUATION)  # loads the model
        answers = [answer_question(asker=asker, question=text, situation=SITUATION) for text in questions]
    total = sorted(answer.milliseconds["total"] for answer in answers)
    stages = {
        stage: round(statistics.median(answer.milliseconds[stage] for answer in answers), 1)
        for stage in answers[0].milliseconds
    }
    return {"milliseconds": {"median": total[len(total) // 2], "p95": total[int(len(total) * 0.95)], "stages": stages}}


def containment(asked: Sequence[Asked]) -> dict[str, object]:
    drafted = sum(holds(" ".join(unit.text for unit in one.draft.units), one.reference) for one in asked)
    shown = sum(holds(one.allowed.text, one.reference) for one in asked)
    units = Counter(len(one.draft.units) for one in asked)
    return {
        "containment": {
            "three_units": round(drafted / len(asked), 4),
            "shown": round(shown / len(asked), 4),
            "units": {str(count): number for count, number in sorted(units.items())},
        }
    }


def holds(text: str, reference: str) -> bool:
    """Whether the words of the reference stand in the text, in order; case and punctuation aside."""
    return bare(reference) in bare(text)


def bare(text: str) -> str:
    """The words alone, with a space around each."""
    return " " + "".join(f"{word} " for word in re.findall(r"[^\W_]+", text.lower()))


def rates(asked: Sequence[Asked], half: str) -> dict[str, object]:
    def shares(answers: Sequence[Answer]) -> dict[str, float]:
        counted = Counter(answer.confidence for answer in answers)
        return {str(word): round(counted[word] / len(answers), 4) for word in Confidence}

    return {
        "confidence": {
            "half": half,
            "answerable": shares([one.allowed for one in asked]),
            "forbidden": shares([one.forbidden for one in asked]),
        }
    }


def fitted(even: Sequence[Asked], odd: Sequence[Asked]) -> dict[str, object]:
    weights = logistic_regression(features(even, 0), features(even, 1))
    allowed, forbidden = features(even, 0) @ weights, features(even, 1) @ weights
    well, nothing = np.quantile(forbidden, 1 - FALSE_ALLOWED), np.quantile(allowed, LOST_ALLOWED)
    return {
        "fit": {
            "weights": [round(float(weight), 2) for weight in weights],
            "well_supported_from": round(float(1 / (1 + np.exp(-well))), 3),
            "nothing_below": round(float(1 / (1 + np.exp(-nothing))), 3),
            "other_half": {
                "answerable_well_supported": round(float((features(odd, 0) @ weights >= well).mean()), 4),
                "forbidden_well_supported": round(float((features(odd, 1) @ weights >= well).mean()), 4),
                "answerable_nothing": round(float((features(odd, 0) @ weights < nothing).mean()), 4),
                "forbidden_nothing": round(float((features(odd, 1) @ weights < nothing).mean()), 4),
            },
        }
    }


def features(asked: Sequence[Asked], kind: int) -> NDArray[np.float64]:
    """Shape (len(asked), features + 1): the evidence and a constant; `kind` 0 = allowed, 1 = forbidden."""
    return np.array([[*one.evidence[kind].as_features(), 1.0] for one in asked])


def logistic_regression(
    positive: NDArray[np.float64], negative: NDArray[np.float64], ridge: float = 1e-4
) -> NDArray[np.float64]:
    """Weights by Newton's method (iteratively reweighted least squares); the last one, the constant, is not shrunk."""
    rows = np.vstack([positive, negative])
    wanted = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    penalty = np.diag([ridge * len(rows)] * (rows.shape[1] - 1) + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        predicted = 1 / (1 + np.exp(-rows @ weights))
        gradient = rows.T @ (predicted - wanted) + penalty @ weights
        curvature = (rows * (predicted * (1 - predicted))[:, None]).T @ rows + penalty
        weights -= np.linalg.solve(curvature, gradient)
    return weights


def report(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
