"""Errors that people read: what happened, what was kept, what to do."""


class ProductError(Exception):
    """Something the caller can act on. The message names no secret and quotes no document.

    `kept`: what is still as it was. `todo`: the next step for the reader.
    """

    def __init__(self, happened: str, *, kept: str = "", todo: str = "") -> None:
        super().__init__(" ".join(part for part in (happened, kept, todo) if part))
        self.happened = happened
        self.kept = kept
        self.todo = todo


class InvalidInput(ProductError):
    """The request cannot be understood or is out of bounds; repeating it unchanged is useless."""


class NotFound(ProductError):
    """There is no such thing, or the asker may not know of it: both read the same."""


class Unavailable(ProductError):
    """A part is missing, busy or damaged; the same request may work later.

    `permanent`: not before somebody mends it, so that trying again by itself is useless. `retry_after`: seconds that
    the other side asked to be left alone for; 0 = it said nothing.
    """

    def __init__(
        self, happened: str, *, kept: str = "", todo: str = "", permanent: bool = False, retry_after: float = 0.0
    ) -> None:
        super().__init__(happened, kept=kept, todo=todo)
        self.permanent = permanent
        self.retry_after = retry_after


class Busy(Unavailable):
    """Somebody else is at it: nothing failed, and nothing was begun that must be taken back."""
