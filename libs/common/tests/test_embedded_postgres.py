"""The PostgreSQL that we start ourselves: it keeps what was committed, survives a crash, fails clearly."""

import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from fincc.common.embedded import DataFolderInUse, DiskFull, EmbeddedPostgres, PortInUse, StartFailed
from fincc.common.embedded import identity as identities
from fincc.common.embedded.identity import run_as
from fincc.common.embedded.leftovers import is_alive
from fincc.common.testing.peers import not_run

pytestmark = pytest.mark.postgres

HOLDER = """
import sys, time
from pathlib import Path
from fincc.common.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cluster in it, made once for the module."""
    folder = tmp_path_factory.mktemp("postgres")
    with EmbeddedPostgres(folder):
        pass
    return folder


@pytest.fixture
def held(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    """A server started by another process: that process, the server's DSN and its process id."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    dsn, pid = holder.stdout.readline().split()
    yield holder, dsn, int(pid)
    holder.kill()
    holder.wait()


async def ask(dsn: str, *statements: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            answer = await connection.fetchval(statement)
        return answer
    finally:
        await connection.close()


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(pid)


async def test_data_outlives_a_stop(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        await ask(server.dsn, "CREATE TABLE kept AS SELECT 42 AS answer")
    with EmbeddedPostgres(folder) as server:
        assert await ask(server.dsn, "SELECT answer FROM kept") == 42


async def test_a_wrong_password_is_refused(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        password = (folder / "password").read_text().strip()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(server.dsn.replace(password, "wrong"), "SELECT 1")


async def test_it_listens_on_loopback_alone_and_on_no_socket_file(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        assert await ask(server.dsn, "SHOW listen_addresses") == "127.0.0.1"
        assert await ask(server.dsn, "SHOW unix_socket_directories") == ""


async def test_text_is_compared_by_code_point_and_cased_as_unicode(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        assert await ask(server.dsn, "SELECT lower('TEAM ÄÖ')") == "team äö"
        assert await ask(server.dsn, "SELECT 'Z' < 'a'") is True


def test_secrets_are_readable_by_their_owner_alone(folder: Path) -> None:
    assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "postgres.log").stat().st_mode) == 0o600


def test_a_warm_start_takes_less_than_a_second(folder: Path) -> None:
    begun = time.monotonic()
    with EmbeddedPostgres(folder):
        waited_s = time.monotonic() - begun
    # Measured 0.13 s; the slack is for a machine that does much else.
    assert waited_s < 5


def test_a_killed_owner_takes_its_server_along(held: tuple[subprocess.Popen[str], str, int]) -> None:
    holder, _, pid = held
    holder.send_signal(signal.SIGKILL)
    wait_until_gone(pid)


async def test_a_server_without_owner_is_replaced(folder: Path, held: tuple[subprocess.Popen[str], str, int]) -> None:
    holder, dsn, pid = held
    await ask(dsn, "DROP TABLE IF EXISTS committed", "CREATE TABLE committed AS SELECT 1 AS one")
    watcher = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(watcher, signal.SIGKILL)
    holder.kill()
    holder.wait()
    assert is_alive(pid)
    with EmbeddedPostgres(folder) as server:
        assert server.pid != pid
        assert not is_alive(pid)
        assert await ask(server.dsn, "SELECT one FROM committed") == 1


async def test_a_crashed_server_recovers_what_was_committed(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    dsn = server.start()
    await ask(dsn, "DROP TABLE IF EXISTS ledger", "CREATE TABLE ledger AS SELECT generate_series(1, 500) AS n")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    with EmbeddedPostgres(folder) as again:
        assert await ask(again.dsn, "SELECT count(*) FROM ledger") == 500


def test_a_process_id_that_another_program_has_now_is_no_obstacle(folder: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    pid_file = folder / "cluster" / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n{folder / 'cluster'}\n1700000000\n5432\n\n127.0.0.1\n0 0\nready\n")
    try:
        with EmbeddedPostgres(folder) as server:
            assert server.pid != stranger.pid
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_process_that_ends_while_it_is_looked_at_is_not_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> str:
        raise ProcessLookupError

    monkeypatch.setattr(Path, "read_text", gone)
    assert not is_alive(os.getpid())


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port} "):
            EmbeddedPostgres(folder, port).start()


def test_a_second_instance_is_kept_out(folder: Path, held: tuple[subprocess.Popen[str], str, int]) -> None:
    with pytest.raises(DataFolderInUse, match="another running instance"):
        EmbeddedPostgres(folder).start()


def test_a_refused_setting_is_one_clear_line(folder: Path) -> None:
    with pytest.raises(StartFailed, match="no_such_setting") as failure:
        EmbeddedPostgres(folder, settings={"no_such_setting": "1"}).start()
    assert "\n" not in str(failure.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=50m", "tmpfs", str(tmp_path)], check=False)
    if mounted.returncode != 0:
        not_run("a small disk cannot be mounted here", optional=True)
    try:
        with pytest.raises(DiskFull, match="no space left"):
            EmbeddedPostgres(tmp_path / "data").start()
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_an_interrupted_first_start_leaves_no_half_cluster(tmp_path: Path) -> None:
    (tmp_path / "cluster.new").mkdir()
    (tmp_path / "cluster.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path) as server:
        assert server.port


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes identity")
async def test_root_without_namespaces_runs_it_as_an_unprivileged_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "_namespaces_allowed", lambda: False)
    # Not in pytest's own folder, which nobody but root may enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        with EmbeddedPostgres(folder / "data") as server:
            assert Path(f"/proc/{server.pid}").stat().st_uid == 65534
            await ask(server.dsn, "CREATE TABLE kept AS SELECT 1 AS one")
        monkeypatch.undo()
        with EmbeddedPostgres(folder / "data") as server:
            assert await ask(server.dsn, "SELECT one FROM kept") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes identity")
def test_root_in_the_closed_folder_of_a_user_runs_it_as_that_user() -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        home.mkdir()
        Path(name).chmod(0o711)
        owner = pwd.getpwnam("daemon")
        os.chown(home, owner.pw_uid, owner.pw_gid)
        home.chmod(0o700)
        with EmbeddedPostgres(home / "project" / "data") as server:
            assert Path(f"/proc/{server.pid}").stat().st_uid == owner.pw_uid


def test_the_watched_program_ends_with_its_starter(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    command = [*run_as("self", "--watch", "--pid-file", str(pid_file)), "/bin/sleep", "60"]
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE)
    while not (pid_file.exists() and pid_file.read_text()):
        time.sleep(0.02)
    assert watcher.stdin is not None
    watcher.stdin.close()
    watcher.wait(10)
    assert not is_alive(int(pid_file.read_text()))
