"""The script of the PostgreSQL server: started twice, killed, in a path with spaces, port taken, not installed."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[4]
DEBIAN = Path("/usr/lib/postgresql")
SHELL = "dash" if shutil.which("dash") else "sh"
SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"
installed = pytest.mark.skipif(
    not (list(DEBIAN.glob("*/bin/initdb")) or shutil.which("initdb")), reason="no PostgreSQL server is installed"
)


class Checkout:
    """A folder with the scripts, where they are run as `make services` runs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.services = folder / "var" / "services" / "postgresql"
        shutil.copytree(ROOT / "deploy" / "make", folder / "deploy" / "make")

    def run(self, word: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SHELL, "deploy/make/postgresql.sh", word],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": "/nowhere", **variables},
            capture_output=True,
            text=True,
        )

    def start(self, **variables: str) -> str:
        """What it said; the server runs."""
        done = self.run("start", **variables)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    @property
    def url(self) -> str:
        done = self.run("url")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def checkout():
    """Where everybody may go through, as the server is another user where root starts it."""
    with tempfile.TemporaryDirectory(prefix="a b ") as name:
        Path(name).chmod(0o755)
        checkout = Checkout(Path(name) / "portal's own")
        yield checkout
        checkout.run("stop")


def asked(url, question):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(question).fetchone()


@installed
def test_a_life_of_a_server(checkout):
    first = checkout.start()
    assert f"DATABASE_URL={checkout.url}" in first and "Data of PostgreSQL" in first
    assert asked(checkout.url, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == (
        False,
        True,
    )
    assert asked(checkout.url, "SHOW listen_addresses") == ("127.0.0.1",)
    assert asked(checkout.url, "SHOW fsync") == ("on",)
    with psycopg.connect(checkout.url) as connection:
        connection.execute("CREATE TABLE kept (word text)")

    second = checkout.start()
    assert "runs already" in second and f"DATABASE_URL={checkout.url}" in second

    url = checkout.url
    assert "PostgreSQL stopped" in checkout.run("stop").stdout
    assert "does not run" in checkout.run("stop").stdout
    assert checkout.run("url").returncode == 1
    assert "Data of" not in checkout.start()
    assert checkout.url == url and asked(url, "SELECT count(*) FROM kept") == (0,)


@installed
def test_without_the_password_nobody_comes_in(checkout):
    checkout.start()
    for user in ("ragportal", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                checkout.url.replace(f"ragportal:{checkout.url.split(':')[2]}", f"{user}:guessed@127.0.0.1")
            )
    assert not [path for path in checkout.services.glob("*") if path.stat().st_mode & 0o077]


@installed
def test_the_pid_of_a_dead_server_that_another_process_has_now(checkout):
    checkout.start()
    pid_file = checkout.services / "data" / "postmaster.pid"
    dead = pid_file.read_text().splitlines()
    os.kill(int(dead[0]), signal.SIGKILL)
    owner = pid_file.stat()
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid, group=owner.st_gid) as other:
        pid_file.write_text("\n".join([str(other.pid), *dead[1:], ""]))
        said = checkout.start()
        other.kill()
    assert "runs already" not in said and asked(checkout.url, "SELECT 1") == (1,)


@installed
def test_a_taken_port_is_named_or_another_one_found(checkout):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = checkout.run("start", DATABASE_PORT=port)
        assert refused.returncode == 1
        assert f"Port {port} is taken" in refused.stderr and "did not start" in refused.stderr
        checkout.services.joinpath("port").write_text(port)
        checkout.start()
        assert f":{port}/" not in checkout.url


@installed
@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")
def test_where_the_user_of_the_server_may_not_go_it_has_a_folder_elsewhere(tmp_path):
    tmp_path.chmod(0o700)
    checkout = Checkout(tmp_path / "portal")
    said = checkout.start()
    folder = Path(said.rpartition(" stays in ")[2].strip().rstrip("."))
    try:
        assert folder.parent == Path("/var/tmp") and asked(checkout.url, "SELECT 1") == (1,)
        assert "stopped" in checkout.run("stop").stdout
    finally:
        shutil.rmtree(folder)


@installed
def test_data_of_another_version_is_not_touched(checkout):
    checkout.start()
    checkout.run("stop")
    (checkout.services / "data" / "PG_VERSION").write_text("9\n")
    refused = checkout.run("start")
    assert refused.returncode == 1 and "is of PostgreSQL 9, installed is" in refused.stderr


def with_fake_apt(tmp_path, script):
    """Variables under which no server is installed, and apt-get (sudo too) does what `script` says."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, body in (("apt-get", script), ("sudo", '[ "$1" != -n ] || shift; exec "$@"')):
        (programs / name).write_text(f"#!/bin/sh\n{body}\n")
        (programs / name).chmod(0o755)
    return {"PATH": f"{programs}:{SYSTEM}", "POSTGRESQL_FOLDERS": str(tmp_path / "versions of it")}


@pytest.mark.skipif(shutil.which("initdb", path=SYSTEM) is not None, reason="a server lies among the system's programs")
def test_where_it_cannot_be_installed_the_command_is_told(checkout, tmp_path):
    variables = with_fake_apt(tmp_path, "echo no network; exit 100")
    refused = checkout.run("start", **variables)
    assert refused.returncode == 1
    assert "no network" in refused.stderr and "sudo apt-get install postgresql" in refused.stderr
    assert not (checkout.folder / "var").exists()


@pytest.mark.skipif(not list(DEBIAN.glob("*/bin/initdb")), reason="Debian's server is not installed")
def test_it_is_installed_where_that_is_possible(checkout, tmp_path):
    variables = with_fake_apt(tmp_path, f'[ "$1" = update ] || cp -rs {DEBIAN} "$POSTGRESQL_FOLDERS"')
    said = checkout.start(**variables)
    assert "PostgreSQL (apt-get)" in said and asked(checkout.url, "SELECT 1") == (1,)
