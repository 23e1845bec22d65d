"""What is done every few seconds, so that a lost bell, a dead worker and a schedule need nobody to look."""

from django.conf import settings

from ragportal.common.backends import load_backend
from ragportal.common.work.bell import ring
from ragportal.common.work.claiming import due_work
from ragportal.common.work.sweeping import purge_done, sweep


def tick() -> None:
    """Give back lost work, let each part of the product enqueue what is due, and ring for all that waits."""
    sweep()
    for path in settings.WORK_TICKS:
        load_backend("WORK_TICKS", path)()
    purge_done()
    for queue in due_work().values_list("queue", flat=True).distinct():
        ring(queue)
