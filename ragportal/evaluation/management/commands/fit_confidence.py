"""Fit the coefficients of search/confidence.py."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ragportal.common.errors import ProductError
from ragportal.evaluation.beir import load_beir
from ragportal.evaluation.confidence_fit import Samples, collect, fit, separation
from ragportal.knowledge.troubles import explained_troubles
from ragportal.search.confidence import COEFFICIENTS, Coefficients, confidence

SHOWN_EVERY = 500


class Command(BaseCommand):
    help = (
        "Fit the confidence on one half of the questions of BEIR folders, and show on the other half how well it tells "
        "questions whose answer is there from the same questions with their documents out of reach."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sets", nargs="+", metavar="FOLDER[:SPLIT]")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with explained_troubles():
                samples = {name: self._samples(name) for name in options["sets"]}
        except ProductError as error:
            raise CommandError(str(error)) from error
        fitted = fit([one.half(0) for one in samples.values()])
        self.stdout.write(f"fitted: {fitted}")
        self.stdout.write(f"in use: {COEFFICIENTS}")
        for name, one in samples.items():
            for kind, coefficients in (("fitted", fitted), ("in use", COEFFICIENTS)):
                self.stdout.write(f"{name} {kind}: {_judged(one.half(1), coefficients)}")

    def _samples(self, name: str) -> Samples:
        folder, _, split = name.partition(":")
        return collect(dataset=load_beir(Path(folder), split=split or "test"), progress=self._progress)

    def _progress(self, what: str, count: int) -> None:
        if count % SHOWN_EVERY == 0:
            self.stderr.write(f"{count} {what}")


def _judged(half: Samples, coefficients: Coefficients) -> str:
    judged = separation(
        [confidence(one, coefficients) for one in half.answerable],
        [confidence(one, coefficients) for one in half.unanswerable],
    )
    return (
        f"{len(half.answerable)} questions, AUC {judged.auc:.3f}, at 5 % false alarms (confidence above "
        f"{judged.threshold:.3f}) {judged.kept:.0%} of the answerable keep it"
    )
