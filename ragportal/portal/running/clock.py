"""The clock of `manage.py run`: Celery's beat, without the tasks that it calls for, as it need not know them."""

from celery.beat import Service
from django.conf import settings

from ragportal.common.backends import load_backend


def main() -> None:
    app = load_backend("WORK_BELL", settings.WORK_BELL)
    Service(app, scheduler_cls=app.conf.beat_scheduler).start()


if __name__ == "__main__":
    main()
