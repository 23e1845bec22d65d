"""How good answers are: `python -m tests.bench.bench_answers --data FOLDER [--set xquad] [--questions N] [--fit]`.

FOLDER holds data sets in BEIR layout whose queries have a short reference `answer`. Each question is asked twice
through the whole product, in a throw-away company: as somebody who may read everything, and with the documents that
answer it moved under an access rule that lets nobody in. The questions of examples/company/questions.yaml are asked
in the same two ways, as the people they belong to; `--company` asks these alone. One JSON object a line:

- "milliseconds": of a whole answer, with nothing cached; "cpu": of it, in processor time;
- "containment": how often the reference answer stands in the at most three units that are shown;
- "confidence": how often each word is given to each kind of question, for both halves (even and odd queries;
  development and held out);
- with --fit, instead of the last two: the weights and thresholds of ragportal/answering/confidence.py from the even
  half and the development half, what they do on the others, and how often the reference stands in the units before
  confidence withholds any.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ragportal.settings.embedded")
django.setup()

from django.conf import settings  # noqa: E402 (Django must be set up first)
from django.test.utils import override_settings  # noqa: E402

from connectors.base import DocumentAccess  # noqa: E402
from ragportal.access.asker import Situation  # noqa: E402
from ragportal.access.models import Channel  # noqa: E402
from ragportal.access.scope import scope_for  # noqa: E402
from ragportal.access.services import rule_for  # noqa: E402
from ragportal.answering.generate import Draft, generate  # noqa: E402
from ragportal.answering.question import understand  # noqa: E402
from ragportal.answering.selectors import whole_versions  # noqa: E402
from ragportal.answering.services import answer_question  # noqa: E402
from ragportal.common.engines import the_embedder  # noqa: E402
from ragportal.evaluation.beir import load_beir  # noqa: E402
from ragportal.evaluation.retrieval import company_with, open_remembering_embedder  # noqa: E402
from ragportal.knowledge.models import Document, Source  # noqa: E402
from ragportal.search.services import retrieve  # noqa: E402
from tests.bench.answer_measures import Asked, Drafted, containment, fitted, rates  # noqa: E402
from tests.bench.company_questions import HALVES, CompanyQuestion, demo_company, questions_of  # noqa: E402

SITUATION = Situation(Channel.COMMAND_LINE)
TIMED = 100
REMEMBERING = f"{open_remembering_embedder.__module__}.{open_remembering_embedder.__qualname__}"


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    data: Path | None
    set: str
    questions: int | None
    fit: bool
    company: bool


def main() -> None:
    options = read_options()
    drafts: list[tuple[Sequence[Drafted], Sequence[Drafted]]] = []
    if options.data is not None and not options.company:
        with public_tasks(options) as tasks:
            report({"set": options.set, "questions": len(tasks)})
            report(milliseconds(tasks))
            drafts += measured(options, {"even": tasks[::2], "odd": tasks[1::2]})
    with demo_company(EMBEDDER=REMEMBERING, EVALUATED_EMBEDDER=settings.EMBEDDER):
        halves = {half: questions_of(half) for half in HALVES}
        report({"set": "company", "questions": sum(map(len, halves.values()))})
        report(milliseconds([one for half in halves.values() for one in half]))
        drafts += measured(options, halves)
    if options.fit:
        report(fitted(*drafts))


def read_options() -> Options:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--set", default="xquad")
    parser.add_argument("--questions", type=int, default=None, help="only the first N")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--company", action="store_true", help="only the demo company's questions")
    options = Options(**vars(parser.parse_args()))
    if options.data is None and (options.fit or not options.company):
        parser.error("--data is needed")
    if options.fit and options.company:
        parser.error("--fit needs both sets")
    return options


@contextmanager
def public_tasks(options: Options) -> Iterator[Sequence[CompanyQuestion]]:
    """The data set's questions in a throw-away company that has its documents."""
    folder = (options.data or Path()) / options.set
    dataset = load_beir(folder)
    references = reference_answers(folder)
    with company_with(dataset, lambda what, count: None) as (asker, names):
        documents = {name: document for document, name in names.items()}
        yield [
            CompanyQuestion(
                asker, text, (references[query],), tuple(documents[one] for one in dataset.judgements[query])
            )
            for query, text in dataset.queries.items()
            if query in references
        ][: options.questions]


def reference_answers(folder: Path) -> dict[str, str]:
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {row["_id"]: row["answer"] for row in rows if row.get("answer")}


def measured(
    options: Options, halves: dict[str, Sequence[CompanyQuestion]]
) -> list[tuple[Sequence[Drafted], Sequence[Drafted]]]:
    """The drafts of both halves where they are fitted; else nothing, and the rates are reported."""
    if options.fit:
        first, second = ([draft_twice(task) for task in tasks] for tasks in halves.values())
        return [(first, second)]
    asked = {name: [ask_twice(task) for task in tasks] for name, tasks in halves.items()}
    report(containment([one for half in asked.values() for one in half]))
    for name, half in asked.items():
        report({**rates(half, name), **containment(half)})
    return []


def ask_twice(task: CompanyQuestion) -> Asked:
    allowed = answer_question(asker=task.asker, question=task.question, situation=SITUATION) if task.expected else None
    with nobody_reads(task.documents):
        forbidden = answer_question(asker=task.asker, question=task.question, situation=SITUATION)
    named = {citation.document_id for citation in forbidden.citations} | {one.id for one in forbidden.nearest}
    assert not named & set(task.documents), "a forbidden document was named"
    return Asked(task.expected, allowed, forbidden)


def draft_twice(task: CompanyQuestion) -> Drafted:
    allowed = drafted(task) if task.expected else None
    with nobody_reads(task.documents):
        return Drafted(task.expected, allowed, drafted(task))


def drafted(task: CompanyQuestion) -> Draft:
    """The same steps as in `answer_question`, up to the draft."""
    retrieval = retrieve(task.question, scope_for(task.asker, SITUATION))
    return generate(
        understand(retrieval.question, retrieval.language),
        retrieval.passages,
        whole_versions(passages=retrieval.passages),
        the_embedder(),
        retrieval.vector,
    )


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


def milliseconds(tasks: Sequence[CompanyQuestion]) -> dict[str, object]:
    with override_settings(EMBEDDER=settings.EVALUATED_EMBEDDER):
        answers, cpu = [], []
        for task in [tasks[0], *tasks[:TIMED]]:  # the first loads the model
            begun = time.process_time()
            answers.append(answer_question(asker=task.asker, question=task.question, situation=SITUATION))
            cpu.append((time.process_time() - begun) * 1000)
    total = sorted(answer.milliseconds["total"] for answer in answers[1:])
    stages = {
        stage: round(statistics.median(answer.milliseconds[stage] for answer in answers[1:]), 1)
        for stage in answers[0].milliseconds
    }
    return {
        "milliseconds": {
            "median": total[len(total) // 2],
            "p95": total[int(len(total) * 0.95)],
            "cpu": round(statistics.median(cpu[1:]), 1),
            "cpu_p95": round(sorted(cpu[1:])[int(len(total) * 0.95)], 1),
            "stages": stages,
        }
    }


def report(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
