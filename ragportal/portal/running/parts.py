"""What `manage.py run` keeps alive: as few processes as do the work, as each costs memory."""

from ragportal.common.work.kinds import INGEST, INTERACTIVE, MAINTENANCE, SYNC
from ragportal.portal.running.steps import LoadedCompany, company_as_json
from ragportal.portal.running.supervised import Part

NICENESS = 10
"""Questions come first: with it, embedding a question takes as long beside a sync as without one."""


def web_part(*, socket: int, ready: int, lock: int, address: str, company: LoadedCompany) -> Part:
    """The web server; `socket`, `ready` (a pipe that is told when it answers) and `lock` are open files."""
    arguments = (
        "serve",
        f"--socket={socket}",
        f"--ready={ready}",
        f"--address={address}",
        f"--company={company_as_json(company)}",
    )
    return Part("web server", "manage", arguments, files=(socket, ready, lock))


def worker_parts(*, lock: int) -> tuple[Part, ...]:
    """The workers and the clock that wakes them.

    Syncs run one at a time, in a process that is replaced when it has grown: embedding never gives its memory back.
    What somebody waits for, and short chores, run in threads of another, which loads no model until it must. Neither
    has a pool of processes: a pool whose idle process is killed may wait for ever for the lock that it held.
    """
    worker = "ragportal.portal.running.worker"
    return (
        Part("worker for short work", worker, ("threads", "4", INTERACTIVE, MAINTENANCE), files=(lock,)),
        Part("worker for syncs", worker, ("solo", "1", SYNC, INGEST), niceness=NICENESS, files=(lock,)),
        Part("clock", "ragportal.portal.running.clock", files=(lock,)),
    )
