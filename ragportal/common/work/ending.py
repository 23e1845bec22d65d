"""Whether this process is to end: it then begins no more work."""

from threading import Event

_ENDING = Event()


def end_soon() -> None:
    """Begin no more work in this process."""
    _ENDING.set()


def is_ending() -> bool:
    """True once `end_soon` was called."""
    return _ENDING.is_set()
