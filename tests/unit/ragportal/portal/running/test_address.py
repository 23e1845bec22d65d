"""The address is taken early, or the reason is said."""

import socket

import pytest

from ragportal.common.errors import InvalidInput, Unavailable
from ragportal.portal.running.address import address_of, bound_socket


def test_addresses_are_for_a_browser():
    assert address_of("127.0.0.1", 8000) == "http://127.0.0.1:8000/"
    assert address_of("::1", 80) == "http://[::1]:80/"


def test_a_taken_port_names_another_one():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Unavailable, match=f"make run PORT={port - 1 if port == 65_535 else port + 1}"):
            bound_socket("127.0.0.1", port)


def test_a_port_is_free_again_as_soon_as_its_server_is_gone():
    with bound_socket("127.0.0.1", _free()) as first:
        port = first.getsockname()[1]
        first.listen()
        with socket.create_connection(("127.0.0.1", port)) as client, first.accept()[0] as server:
            server.close()
            client.recv(1)
    bound_socket("127.0.0.1", port).close()


def _free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(InvalidInput, match="no port"):
        bound_socket("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no such host.invalid", "a" * 300, "192.0.2.1"])
def test_what_is_no_address_of_this_machine_is_refused(host):
    with pytest.raises((InvalidInput, Unavailable), match="address"):
        bound_socket(host, 8000)
