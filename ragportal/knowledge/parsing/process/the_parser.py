"""The parser process of this process, with the limits of the settings."""

import atexit
from functools import lru_cache
from threading import Lock

from django.conf import settings

from ragportal.knowledge.parsing.process.limits import ParserLimits
from ragportal.knowledge.parsing.process.parser_process import ParserProcess

_OPENING = Lock()


def the_parser() -> ParserProcess:
    """The same object at each call; its child is started with the first document and ends with this process."""
    limits = ParserLimits(settings.PARSER_MEMORY_MB, settings.PARSER_SECONDS, settings.PARSER_CHARACTERS)
    with _OPENING:
        return _opened(limits)


@lru_cache(maxsize=4)
def _opened(limits: ParserLimits) -> ParserProcess:
    process = ParserProcess(limits)
    atexit.register(process.close)
    return process
