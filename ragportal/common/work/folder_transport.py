"""Celery's messages as files of a folder: a broker that needs no server.

A message appears whole or not at all, and one of several readers gets it. A file that is no message is dropped: bells
may be lost. (kombu's own file transport lets a reader meet a file that is half written, which ends its worker.)
"""

import os
import time
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

OWNER_ONLY = 0o700
DRAFT = ".draft"
MOMENT_SECONDS = 0.25


class Channel(virtual.Channel):
    """Files named `<time>-<unique>.<queue>`, the oldest first."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self._folder = Path(connection.client.transport_options["folder"])
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(OWNER_ONLY)

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        name = f"{time.time_ns():020d}-{uuid4().hex}"
        draft = self._folder / f"{name}{DRAFT}"
        draft.write_text(dumps(message))
        draft.rename(self._folder / f"{name}.{queue}")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in self._waiting(queue):
            file = self._folder / name
            try:
                content = file.read_bytes()
                file.unlink()  # whoever succeeds in this has the message
                message = loads(content)
                self.Message(message, channel=self)  # what the worker will do with it
            except (FileNotFoundError, AttributeError, KeyError, TypeError, ValueError):
                continue
            return message
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        waiting = self._waiting(queue)
        for name in waiting:
            (self._folder / name).unlink(missing_ok=True)
        return len(waiting)

    def _waiting(self, queue: str) -> list[str]:
        return sorted(name for name in os.listdir(self._folder) if name.endswith(f".{queue}"))


class Transport(virtual.Transport):
    """`polling_interval` in seconds and `folder` stand in the transport's options."""

    Channel = Channel
    driver_type = "folder"
    driver_name = "folder"

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Wait for a message for a moment at most: between two calls a worker looks whether it is to end."""
        super().drain_events(connection, timeout=min(timeout or MOMENT_SECONDS, MOMENT_SECONDS), **kwargs)
