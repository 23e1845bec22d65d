"""Measure retrieval on a data set in BEIR layout."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ragportal.common.errors import ProductError
from ragportal.evaluation.beir import load_beir
from ragportal.evaluation.retrieval import Evaluation, evaluate_retrieval
from ragportal.knowledge.troubles import explained_troubles

SHOWN_EVERY = 500


class Command(BaseCommand):
    help = (
        "Take a BEIR folder (corpus.jsonl, queries.jsonl, qrels/<split>.tsv) in as a throw-away company and measure "
        "how well its queries find their documents. Your own data is not touched; everything is removed afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--split", default="test", help="which file of qrels/ to use (default: test)")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output, nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dataset = load_beir(options["folder"], split=options["split"])
            with explained_troubles():
                evaluation = evaluate_retrieval(dataset=dataset, progress=self._progress)
        except ProductError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as interrupted:
            raise CommandError("Stopped. Everything made for the measurement was removed.") from interrupted
        self.stdout.write(json.dumps(evaluation.as_json()) if options["json"] else _table(evaluation))

    def _progress(self, what: str, count: int) -> None:
        if count % SHOWN_EVERY == 0:
            self.stderr.write(f"{count} {what}")


def _table(evaluation: Evaluation) -> str:
    parts = evaluation.as_json()["parts"]
    names = list(next(iter(parts.values())))
    lines = [f"{evaluation.documents} documents, {evaluation.queries} queries"]
    lines += [" " * 6 + "".join(f"{name:>12}" for name in names)]
    lines += [f"{part:6}" + "".join(f"{measured[name]:12.4f}" for name in names) for part, measured in parts.items()]
    return "\n".join(lines)
