"""How good answers are: `python -m tests.bench.bench_answers --data FOLDER [--set xquad] [--questions N] [--fit]`.

FOLDER holds data sets in BEIR layout whose queries have a short reference `answer`. Each question is asked twice
through the whole product, in a throw-away company: as somebody who may read everything, and with the documents that
answer it moved under an access rule that lets nobody in. One JSON object a line:

- "milliseconds": of a whole answer, with nothing cached;
- "containment": how often the reference answer stands in the at most three units that are shown;
- "confidence": how often each word is given to both kinds of question, for both halves (even and odd queries);
- with --fit, instead of the last two: the weights and thresholds of ragportal/answering/confidence.py from the even
  half, what they do on the other, and how often the reference stands in the units before confidence withholds any.
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
from ragportal.answering.confidence import evidence_of  # noqa: E402
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
class Task:
    """A question, its reference answer, and the documents that answer it."""

    question: str
    reference: str
    gold: tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """What came of a question, allowed and forbidden."""

    reference: str
    allowed: Answer
    forbidden: Answer


@dataclass(frozen=True)
class Drafted:
    """What is generated before confidence may withhold it, allowed and forbidden."""

    reference: str
    allowed: Draft
    forbidden: Draft


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", default="xquad")
    parser.add_argument("--questions", type=int, default=None, help="only the first N")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    dataset = load_beir(options.data / options.set)
    references = reference_answers(options.data / options.set)
    with company_with(dataset, lambda what, count: None) as (asker, names):
        documents = {name: document for document, name in names.items()}
        tasks = [
            Task(text, references[query], tuple(documents[one] for one in dataset.judgements[query]))
            for query, text in dataset.queries.items()
            if query in references
        ][: options.questions]
        report({"set": options.set, "documents": len(documents), "questions": len(tasks)})
        report(milliseconds(asker, [task.question for task in tasks[:TIMED]]))
        if options.fit:
            drafts = [draft_twice(asker, task) for task in tasks]
            report(fitted(drafts[::2], drafts[1::2]))
            return
        asked = [ask_twice(asker, task) for task in tasks]
    report(containment(asked))
    report(rates(asked[::2], "even"))
    report(rates(asked[1::2], "odd"))


def reference_answers(folder: Path) -> dict[str, str]:
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {row["_id"]: row["answer"] for row in rows if row.get("answer")}


def ask_twice(asker: Asker, task: Task) -> Asked:
    allowed = answer_question(asker=asker, question=task.question, situation=SITUATION)
    with nobody_reads(task.gold):
        forbidden = answer_question(asker=asker, question=task.question, situation=SITUATION)
    named = {citation.document_id for citation in forbidden.citations} | {one.id for one in forbidden.nearest}
    assert not named & set(task.gold), "a forbidden document was named"
    return Asked(task.reference, allowed, forbidden)


def draft_twice(asker: Asker, task: Task) -> Drafted:
    allowed = drafted(asker, task.question)
    with nobody_reads(task.gold):
        return Drafted(task.reference, allowed, drafted(asker, task.question))


def drafted(asker: Asker, question: str) -> Draft:
    """The same steps as in `answer_question`, up to the draft."""
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
    shown = sum(holds(one.allowed.text, one.reference) for one in asked)
    units = Counter(len(one.allowed.sentences) for one in asked)
    return {
        "containment": {
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


def fitted(even: Sequence[Drafted], odd: Sequence[Drafted]) -> dict[str, object]:
    weights = logistic_regression(features(even, "allowed"), features(even, "forbidden"))
    allowed, forbidden = features(even, "allowed") @ weights, features(even, "forbidden") @ weights
    well, nothing = np.quantile(forbidden, 1 - FALSE_ALLOWED), np.quantile(allowed, LOST_ALLOWED)
    contained = [holds(" ".join(unit.text for unit in one.allowed.units), one.reference) for one in (*even, *odd)]
    other = {
        kind: {
            "well supported": round(float((features(odd, kind) @ weights >= well).mean()), 4),
            "nothing found": round(float((features(odd, kind) @ weights < nothing).mean()), 4),
        }
        for kind in ("allowed", "forbidden")
    }
    return {
        "fit": {
            "weights": [round(float(weight), 2) for weight in weights],
            "well_supported_from": round(float(1 / (1 + np.exp(-well))), 3),
            "nothing_below": round(float(1 / (1 + np.exp(-nothing))), 3),
            "other_half": other,
            "containment_before_confidence": round(sum(contained) / len(contained), 4),
        }
    }


def features(drafts: Sequence[Drafted], kind: str) -> NDArray[np.float64]:
    """Shape (len(drafts), features + 1): the evidence and a constant; `kind`: allowed or forbidden."""
    return np.array([[*evidence_of(getattr(one, kind)).as_features(), 1.0] for one in drafts])


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
