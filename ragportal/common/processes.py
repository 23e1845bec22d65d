"""Who holds something: a process of a machine, and whether it is gone."""

import os
import socket


def this_host() -> str:
    """The name of this machine."""
    return socket.gethostname()


def this_process() -> int:
    """The number of this process on its machine."""
    return os.getpid()


def is_surely_gone(host: str, process: int) -> bool:
    """True for a process of this machine that is no more; of another machine nobody can tell from here."""
    if host != this_host() or process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it lives, under another account
    return False
