"""A whole platform for a test: as `fincc up` in one process, or one process per service over a real broker.

Everything is driven as a user would: through the command line and the gateway.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import httpx

from fincc.common.testing.ports import free_port

from .logins import own_login

if TYPE_CHECKING:
    from .people import Onlooker

FINCC = Path(sys.executable).parent / "fincc"
SERVICES = ("gateway", "ingestion", "attribution", "cockpit", "compliance")
START_TIMEOUT_S = 180.0

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Platform:
    """A running platform; subclasses know how to start and stop it."""

    folder: Path
    url: str = ""
    token: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    program: tuple[str | Path, ...] = (FINCC,)
    onlooker: Onlooker | None = None
    gone: list[tuple[float, float]] = field(default_factory=list)
    """Times in which a part was not there, so that answers may be missing."""

    def start(self) -> None:
        raise NotImplementedError

    def run(self, name: str) -> None:
        """Start the process of this name with its own settings."""
        raise NotImplementedError

    def process_of(self, service: str) -> str:
        """The name of the process that a service runs in."""
        raise NotImplementedError

    def url_of(self, name: str) -> str:
        """Where the process of this name answers."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def environment(self) -> dict[str, str]:
        """The environment of every process: nothing of the caller's own FINCC settings leaks in."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FINCC_")}
        own = {"XDG_CONFIG_HOME": str(self.folder / "config"), "PYTHONUNBUFFERED": "1"}
        own["FINCC_SOURCE_NETWORKS"] = "127.0.0.0/8"  # where the tests have their AWS
        return {**kept, **own, **self.settings}

    def fincc(self, *args: str, timeout_s: float = 120.0) -> Answer:
        environment = self.environment()
        if self.token:
            environment |= {"FINCC_URL": self.url, "FINCC_TOKEN": self.token}
        done = subprocess.run(
            [FINCC, *args], env=environment, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def ok(self, *args: str, timeout_s: float = 120.0) -> Answer:
        """The command must end with 0."""
        answer = self.fincc(*args, timeout_s=timeout_s)
        assert answer.code == 0, f"fincc {' '.join(args)}: {answer.code}\n{answer.out}\n{answer.err}\n{self.tail()}"
        return answer

    def add_bill(self, folder: Path, name: str = "aws", kind: str = "aws_cur") -> None:
        self.ok("source", "add", kind, "--name", name, "--location", str(folder))

    def ingest(self, name: str = "aws", *options: str) -> dict[str, Any]:
        job: dict[str, Any] = self.ok("ingest", name, "--wait", "--now", "--json", *options).json()
        return job

    def reconciled(self, timeout_s: float = 60.0) -> list[dict[str, Any]]:
        """The reconciliation once it is complete and 0; fails with what it says when it does not get there."""

        def rows() -> list[dict[str, Any]] | None:
            """None for an installation without a bill, too: it has no difference, but the first bill is not there yet."""
            answer = self._if_ok("reconcile", "--json")
            return answer.json() if answer is not None else None

        found = wait_for(rows, timeout_s)
        assert found, self.fincc("reconcile").out + self.tail()
        return found

    def _if_ok(self, *args: str) -> Answer | None:
        answer = self.fincc(*args)
        return answer if answer.code == 0 else None

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=60)

    def spawn(self, name: str, *args: str, **settings: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [*self.program, *args], env={**self.environment(), **settings}, stdout=log, stderr=subprocess.STDOUT
        )

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def tail(self) -> str:
        return "\n".join(f"--- {p.stem}\n{p.read_text(errors='replace')[-3000:]}" for p in self.folder.glob("*.log"))

    def made_token(self, name: str) -> str:
        """A new API token of the admin, whom this process made at its first start."""
        with closing(self.signed_in("admin", self.admin_password(name))) as client:
            made = client.post("/api/gateway/v1/tokens", json={"name": "test"})
            token: str = made.raise_for_status().json()["token"]
            return token

    def admin_password(self, name: str) -> str:
        """What this process said at its first start."""
        found = wait_for(lambda: re.search(r"user admin, password (\S+)", self.log(name)), 20)
        assert found, self.log(name)
        return found[1]

    def signed_in(self, name: str, password: str) -> httpx.Client:
        """With the cookie of a session, as a browser has it, and no token."""
        client = httpx.Client(base_url=self.url, timeout=60)
        sign_in(client, name, password)
        return client

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    @contextmanager
    def a_part_gone(self) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.gone.append((started, time.monotonic()))

    def lacked_a_part(self, start: float, end: float) -> bool:
        """Whether a part was gone at some time between these two."""
        return any(start <= gone_until and gone_from <= end for gone_from, gone_until in self.gone)

    def bring_back(self, *names: str) -> None:
        """Start these processes and wait until they are ready."""
        for name in names:
            self.run(name)
        for name in names:
            self.wait_ready(name, self.url_of(name))

    def stop(self, *names: str) -> None:
        """End these processes, else all, with time to commit what they have read."""
        ending = [self.processes.pop(name) for name in names or list(self.processes)]
        for process in ending:
            process.send_signal(signal.SIGTERM)
        for process in ending:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait_ready(self, name: str, url: str) -> None:
        def is_ready() -> bool:
            code = self.processes[name].poll()
            assert code is None, f"{name} ended with {code}\n{self.log(name)[-4000:]}"
            try:
                return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
            except httpx.HTTPError:
                return False

        assert wait_for(is_ready, START_TIMEOUT_S), f"{name} did not become ready\n{self.log(name)[-4000:]}"


class OneProcess(Platform):
    """`fincc up`."""

    command: ClassVar[str] = "up"

    @property
    def profile(self) -> Path:
        return self.folder / "config" / "fincc" / "profile.json"

    def start(self) -> None:
        self.url = self.url or f"http://127.0.0.1:{free_port()}"
        self.bring_back(self.command)

    def run(self, name: str) -> None:
        self.profile.unlink(missing_ok=True)  # each start makes a new token
        port = self.url.rpartition(":")[2]
        self.spawn(name, self.command, "--data", str(self.folder / "data"), "--port", port)

    def wait_ready(self, name: str, url: str) -> None:
        super().wait_ready(name, url)
        assert wait_for(self.profile.exists, 20), self.tail()
        self.token = json.loads(self.profile.read_text())["token"]

    def process_of(self, service: str) -> str:
        return self.command

    def url_of(self, name: str) -> str:
        return self.url


@dataclass
class ManyProcesses(Platform):
    """`fincc run <service>` for each service, over Kafka, on one PostgreSQL."""

    dsn: str = ""
    bootstrap: str = ""
    offset: int = 0
    services: tuple[str, ...] = SERVICES

    def environment(self) -> dict[str, str]:
        return {
            **super().environment(),
            "FINCC_DATABASE_URL": self.dsn,
            "FINCC_KAFKA_BOOTSTRAP": self.bootstrap,
            "FINCC_DATA_DIR": str(self.folder / "data"),
            "FINCC_PORT_OFFSET": str(self.offset),
            "FINCC_INGESTION_READ_APART_BYTES": "0",  # bills of tests are read the way large ones are
            "FINCC_SUBJECT_JWKS_URL": f"{self.url}/.well-known/jwks.json",
            **self.settings,
        }

    def start(self) -> None:
        made = subprocess.run([FINCC, "keys", self.folder / "keys"], capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        self.offset = free_port(len(SERVICES)) - 8080
        self.url = self.url_of("gateway")
        self.ok("migrate")
        self.bring_back(*self.services)
        self.token = self.made_token("gateway")

    def run(self, name: str, instance: str | None = None, role: str | None = None, **settings: str) -> None:
        """With a login of its own, which may enter its schema and no other; without a `role` in all of them."""
        settings = {"FINCC_DATABASE_URL": own_login(self.dsn, name), **settings}
        if name == "gateway":  # nobody else has the key
            key = (self.folder / "keys" / "subject-private.pem").read_text()
            settings = {"FINCC_SUBJECT_PRIVATE_KEY": key, **settings}
        roles = ("--role", role) if role is not None else ()
        self.spawn(instance or name, "run", name, *roles, FINCC_INSTANCE=instance or name, **settings)

    def process_of(self, service: str) -> str:
        return service

    def url_of(self, name: str) -> str:
        return f"http://127.0.0.1:{8080 + SERVICES.index(name) + self.offset}"


@dataclass
class Cluster(Platform):
    """An installation on Kubernetes, as `make kind-up` leaves it: `folder` has its address and a token, and pods see it
    under the same path. What is in it is removed."""

    def start(self) -> None:
        self.url, self.token = (self.folder / "url").read_text(), (self.folder / "token").read_text()
        for source in self.ok("source", "list", "--json").json():
            self.ok("source", "remove", source["name"], "--purge")

    def add_bill(self, folder: Path, name: str = "aws", kind: str = "aws_cur") -> None:
        seen = self.folder / "bills" / name
        shutil.rmtree(seen, ignore_errors=True)
        shutil.copytree(folder, seen)
        super().add_bill(seen, name, kind)


def sign_in(client: httpx.Client, name: str, password: str) -> None:
    answer = client.post("/api/gateway/v1/session", json={"username": name, "password": password})
    client.headers["x-csrf-token"] = answer.raise_for_status().json()["csrf_token"]


def wait_for(condition: Callable[[], T | None], timeout_s: float, every_s: float = 0.2) -> T | None:
    """The first truthy value of `condition`, None when the time is over."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(every_s)
    return None
