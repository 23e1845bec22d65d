"""The address the web server answers at, taken before anything slow begins."""

import errno
import socket

from ragportal.common.errors import InvalidInput, Unavailable

NOTHING_STARTED = "Nothing was started."
HIGHEST_PORT = 65_535


def address_of(host: str, port: int) -> str:
    """The address for a browser, e.g. "http://127.0.0.1:8000/"."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket that has the port, not listening yet. Raises Unavailable if it is taken, InvalidInput for nonsense."""
    if not 1 <= port <= HIGHEST_PORT:
        raise InvalidInput(f"{port} is no port: 1 to {HIGHEST_PORT}.", kept=NOTHING_STARTED, todo="make run PORT=8000")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise InvalidInput(f"{host!r} is no address of this machine.", kept=NOTHING_STARTED) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise _refused(error, host, port) from error
    return bound


def _refused(error: OSError, host: str, port: int) -> Unavailable:
    other = port + 1 if port < HIGHEST_PORT else port - 1
    if error.errno == errno.EADDRINUSE:
        reason, todo = f"Port {port} is taken by another program.", f"Choose another one: make run PORT={other}"
    elif error.errno == errno.EACCES:
        reason, todo = f"This user may not use port {port}.", "Choose one above 1023: make run PORT=8000"
    else:
        reason, todo = f"This machine has no address {host}: {error.strerror}.", "Leave --host out."
    return Unavailable(reason, kept=NOTHING_STARTED, todo=todo)
