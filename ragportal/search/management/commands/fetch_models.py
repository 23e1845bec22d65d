"""Fetch the embedding model that the settings name; run once at set-up."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from integrations.embeddings.base import ModelMissing
from ragportal.common.backends import load_backend


class Command(BaseCommand):
    help = "Fetch the embedding model named in the settings, verify it, and do nothing if it is already there."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.EMBEDDING_FOLDER:
            self.stdout.write(f"EMBEDDING_FOLDER is set: the model in {settings.EMBEDDING_FOLDER} is used.")
            return
        if not settings.EMBEDDING_MODEL:
            self.stdout.write("EMBEDDING_MODEL is empty: there is no model to fetch.")
            return
        fetch_model = load_backend("MODEL_FETCHER", settings.MODEL_FETCHER)
        try:
            folder = fetch_model(settings.EMBEDDING_MODEL, settings.MODELS_DIR, settings.MODEL_REPOSITORY)
        except ModelMissing as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The embedding model is in {folder}.")
