"""Celery's app: it carries bells to workers and says what a worker process does at its start and end."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready, worker_shutting_down

from ragportal.common.work.worker import break_off_work, look_for_work

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ragportal.settings.embedded")
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")  # `manage.py check` does them; they load what a worker may never need
app = Celery("ragportal")
app.config_from_object("django.conf:settings", namespace="CELERY")


@setup_logging.connect
def keep_logging(**_: Any) -> None:
    """Django's logging stands: Celery sets up its own only where nobody listens to this signal."""


worker_ready.connect(look_for_work)
worker_shutting_down.connect(break_off_work)
