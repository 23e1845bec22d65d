"""The web server in this process: uvicorn with one socket, until it is told to end."""

import socket
from collections.abc import Callable

import uvicorn
from django.core.asgi import get_asgi_application

GRACE_SECONDS = 3
"""For requests that are under way when the server is told to end."""


class AnnouncingServer(uvicorn.Server):
    """Calls `started` when the first request can be answered."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


def serve(bound: socket.socket, started: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM; both then arrive as KeyboardInterrupt if they are handled so."""
    config = uvicorn.Config(
        get_asgi_application(),
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,  # Django's logging stands
        log_level="error",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    AnnouncingServer(config, started).run(sockets=[bound])
