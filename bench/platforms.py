"""Running platforms to measure on, in both modes, and one ingest on them with its costs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import httpx
import yaml
from bench.generate import MONTH, Bill
from bench.measure import children, cpu_s, family, is_server, machine_busy_s, peak_mib, server_cpu_s
from bench.world import TEAMS, hierarchy_document, rules_document
from tests.e2e.harness import ManyProcesses, OneProcess, Platform, wait_for

from fincc.common.embedded.postgres import EmbeddedPostgres
from fincc.common.testing.database import fresh_database
from fincc.common.testing.kafka import own_broker
from fincc.common.testing.kafka_broker import KafkaBroker
from fincc.common.testing.ports import free_port
from fincc.common.topology import get_service

EVERY_S = 0.2
"""How often the platform is asked how far it is, which it answers beside its work."""
UNLIMITED = {
    "FINCC_GATEWAY_REQUESTS_PER_S": "1000000",
    "FINCC_GATEWAY_REQUESTS_PER_S_PER_ADDRESS": "1000000",
}
"""One client asks as often as it can; the limits are kept, and never reached."""
BESIDE = "compliance"
SOURCE, BEFORE = "bench", "bench-before"
"""Of the bill, and of the month before it."""
POLICY = "required:\n  - {key: team, also: [squad, owner]}\n  - {key: environment}\n"
KAFKA, IN_PROCESS = "processes over Kafka", "one process"


class Apart(ManyProcesses):
    """As the chart installs it: of each service that reads topics one process answers and another works."""

    def start(self) -> None:
        super().start()
        for name in filter(_has_workers, self.services):
            worker, port = f"{name}-worker", free_port()
            self.run(name, worker, "worker", FINCC_PORT=str(port))
            self.wait_ready(worker, f"http://127.0.0.1:{port}")

    def run(self, name: str, instance: str | None = None, role: str | None = None, **settings: str) -> None:
        super().run(name, instance, role or ("api" if _has_workers(name) else None), **settings)


def _has_workers(service: str) -> bool:
    return "worker" in get_service(service).roles


@dataclass
class Server:
    """A platform with the servers it stands on. `dsn` is None where the platform keeps its own PostgreSQL."""

    mode: str
    platform: Platform
    dsn: str | None = None
    broker: KafkaBroker | None = None
    postgres_pid: int = 0
    _peaks: dict[str, float] = field(default_factory=dict)

    def cpu_s(self) -> dict[str, float]:
        """CPU of each process of the product so far."""
        return {name: cpu_s(process.pid) for name, process in self.platform.processes.items()}

    def peak_mib(self) -> dict[str, float]:
        """The largest peak of any one process below each process, of those that were there when this was asked."""
        for name, process in self.platform.processes.items():
            self._peaks[name] = max(self._peaks.get(name, 0.0), peak_mib(process.pid))
        return dict(self._peaks)

    def servers_cpu_s(self) -> float:
        """CPU of PostgreSQL and of the broker."""
        pids = [self.postgres_pid] if self.postgres_pid else []
        if self.broker is not None and self.broker.pid is not None:
            pids.append(self.broker.pid)
        for process in self.platform.processes.values():
            pids += [child for p in family(process.pid) for child in children(p) if is_server(child)]
        return sum(map(server_cpu_s, pids))


@dataclass(frozen=True)
class Ingest:
    """One bill brought in, on a platform that had never seen it."""

    mode: str
    rows: int
    wall_s: float
    """From asking for it to its costs being in the answers."""
    cpu_by_process: dict[str, float]
    peak_mib: dict[str, float]
    servers_cpu_s: float
    others_cores: float
    """CPU cores that processes which have nothing to do with this used meanwhile."""
    visible_at: float
    billed: Decimal

    @property
    def cpu_s(self) -> float:
        """Of the way from the bill to the roll-up. The tag finder stands beside it; as a process of its own it is named and
        not counted, in one process it cannot be told apart."""
        return sum(cpu for name, cpu in self.cpu_by_process.items() if name != BESIDE)


@contextmanager
def one_process() -> Iterator[Server]:
    """`fincc up`."""
    with tempfile.TemporaryDirectory(prefix="fincc-bench-", ignore_cleanup_errors=True) as folder:
        platform = OneProcess(Path(folder), settings=UNLIMITED)
        try:
            platform.start()
            yield Server(IN_PROCESS, platform)
        finally:
            platform.stop()


@dataclass
class Grounds:
    """The PostgreSQL that platforms of processes stand on. Each has a database and a broker of its own, since two
    platforms on one broker would be members of the same consumer groups."""

    postgres: EmbeddedPostgres

    @property
    def dsn(self) -> str:
        return self.postgres.dsn

    @contextmanager
    def processes(
        self, settings: Mapping[str, str] = UNLIMITED, kind: type[ManyProcesses] = ManyProcesses
    ) -> Iterator[Server]:
        with (
            tempfile.TemporaryDirectory(prefix="fincc-bench-", ignore_cleanup_errors=True) as folder,
            own_broker() as broker,
            fresh_database(self.dsn) as dsn,
        ):
            platform = kind(Path(folder), dsn=dsn, bootstrap=broker.bootstrap, settings=dict(settings))
            try:
                platform.start()
                watcher = self.postgres._watcher
                yield Server(KAFKA, platform, dsn, broker, watcher.pid if watcher else 0)
            finally:
                platform.stop()


@contextmanager
def grounds() -> Iterator[Grounds]:
    """With the settings it has outside tests: what is committed is on disk."""
    with (
        tempfile.TemporaryDirectory(prefix="fincc-bench-postgres-", ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder)) as postgres,
    ):
        yield Grounds(postgres)


def import_documents(platform: Platform, teams: int = len(TEAMS)) -> None:
    """Of fewer `teams` each owns what several would."""
    for name, document in (("hierarchy", hierarchy_document()), ("rules", rules_document(teams=teams))):
        path = platform.folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(document))
        platform.ok(name, "import", str(path))


def ingest(server: Server, bill: Bill, timeout_s: float = 3600) -> Ingest:
    """Bring a bill in and wait until it can be seen. Raises RuntimeError when it does not reconcile."""
    platform = server.platform
    import_documents(platform)
    platform.add_bill(bill.folder, SOURCE)
    with platform.client() as client:
        before, servers, busy, begun = server.cpu_s(), server.servers_cpu_s(), machine_busy_s(), time.time()
        job_id = ask_for(client, SOURCE)
        visible_at = _until_visible(server, client, begun + timeout_s)
        until_done(server, client, job_id, begun + timeout_s)
        after, servers = server.cpu_s(), server.servers_cpu_s() - servers
        wall_s = time.time() - begun
    used = {name: after[name] - before[name] for name in after}
    others = machine_busy_s() - busy - sum(used.values()) - servers
    billed = reconciled(platform, bill)
    return Ingest(
        server.mode, bill.rows, visible_at - begun, used, server.peak_mib(), servers, max(0.0, others) / wall_s, visible_at,
        billed,
    )  # fmt: skip


def reconciled(platform: Platform, bill: Bill) -> Decimal:
    """What was billed, once all hops agree. Raises RuntimeError."""
    (row,) = [r for r in platform.reconciled() if r["billing_period"] == MONTH]
    if row["rows_read"] != bill.rows or row["rows_quarantined"]:
        raise RuntimeError(f"read {row['rows_read']} of {bill.rows} rows, {row['rows_quarantined']} quarantined")
    return Decimal(row["cockpit_billed"])


def ask_for(client: httpx.Client, source: str) -> str:
    """The job that brings in what a source has."""
    asked = client.post(f"/api/ingestion/v1/sources/{source}/ingest", json={"now": True})
    job_id: str = asked.raise_for_status().json()["job_id"]
    return job_id


def publish_policy(client: httpx.Client) -> None:
    yaml_type = {"Content-Type": "application/yaml"}
    client.put("/api/compliance/v1/policies/active", content=POLICY, headers=yaml_type).raise_for_status()


def judge(platform: Platform, timeout_s: float = 600) -> None:
    """Publish a tag policy, and wait until all resources are judged by it. Raises RuntimeError."""
    with platform.client() as client:
        publish_policy(client)

        def is_current() -> bool:
            said = client.get("/api/compliance/v1/scan").json()
            return said["state"] == "current" and said["resources"] is not None

        if not wait_for(is_current, timeout_s):
            raise RuntimeError(f"no scan: {client.get('/api/compliance/v1/scan').text}")


def _until_visible(server: Server, client: httpx.Client, deadline: float) -> float:
    while time.time() < deadline:
        server.peak_mib()
        answer = client.get("/api/cockpit/v1/periods")
        if answer.status_code == 200 and answer.json()["items"]:
            return time.time()
        time.sleep(EVERY_S)
    raise RuntimeError("the costs did not become visible in time")


def until_done(server: Server, client: httpx.Client, job_id: str, deadline: float) -> None:
    """Raises RuntimeError. Peaks are asked for meanwhile, since what reads a delivery ends with it."""
    while time.time() < deadline:
        server.peak_mib()
        job = client.get(f"/api/ingestion/v1/jobs/{job_id}").json()
        if job["state"] not in ("queued", "running", "open"):
            if job.get("error") or [r["state"] for r in job["runs"]] != ["complete"]:
                raise RuntimeError(f"the bill was not taken: {job}")
            return
        time.sleep(EVERY_S)
    raise RuntimeError("the job did not end in time")
