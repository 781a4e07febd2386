"""Every metric and span there is, declared once. `docs/reference/telemetry.md` is written from this, and a test compares
what a running platform says with it.

A label has few values, known beforehand or set up by people: services, topics, routes as templates, sources, currencies.
Never an id, a path, a key or a name out of a bill. Amounts are floats here because all metrics are; nothing is computed
from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram

from fincc.common.topology import SERVICES

EVERY_SERVICE = tuple(spec.name for spec in SERVICES)
READERS = tuple(spec.name for spec in SERVICES if spec.consumes)
WRITERS = tuple(spec.name for spec in SERVICES if spec.produces)

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
FINE = (0.00002, 0.00005, 0.0001, 0.00025, 0.0005, *QUICK[:8])


@dataclass(frozen=True)
class Declared:
    """A metric as the reference shows it; `services` are those that say it."""

    kind: str
    name: str
    labels: tuple[str, ...]
    meaning: str
    services: tuple[str, ...]


METRICS: dict[str, Declared] = {}


def _declare(kind: str, services: tuple[str, ...], name: str, meaning: str, labels: tuple[str, ...]) -> None:
    METRICS[name] = Declared(kind, name, labels, meaning, services)


def _counter(services: tuple[str, ...], name: str, meaning: str, *labels: str) -> Counter:
    _declare("counter", services, name, meaning, labels)
    return Counter(name, meaning, labels)


def _gauge(services: tuple[str, ...], name: str, meaning: str, *labels: str) -> Gauge:
    _declare("gauge", services, name, meaning, labels)
    return Gauge(name, meaning, labels)


def _histogram(
    services: tuple[str, ...], name: str, meaning: str, *labels: str, buckets: tuple[float, ...] = QUICK
) -> Histogram:
    _declare("histogram", services, name, meaning, labels)
    return Histogram(name, meaning, labels, buckets=buckets)


REQUESTS = _histogram(
    EVERY_SERVICE,
    "fincc_http_request_duration_seconds",
    "Time from a request to the end of its answer. `route` is a template, or `none` where no route was found; `status` "
    "is a class such as `2xx`, or `gone` when the client left before the answer.",
    *("service", "method", "route", "status"),
)
CHECKS = _histogram(
    ("gateway",),
    "fincc_gateway_check_seconds",
    "Time it took to find out who asks for something of a service and to sign it, by `kind` of proof: `session` or `token`. "
    "Part of the request's time; those who are refused are not in it.",
    "kind",
    buckets=FINE,
)
MESSAGES = _histogram(
    READERS,
    "fincc_bus_message_duration_seconds",
    "Time from the delivery of a message until it is settled, waiting and retries included. `outcome` is `handled` or "
    "`dead`, a message that went to the dead letters.",
    *("group", "topic", "outcome"),
)
LAG = _gauge(
    READERS,
    "fincc_bus_lag_messages",
    "Messages that a group has not finished with yet, on the partitions this process reads: add up over processes. "
    "Absent while it is not known.",
    *("group", "topic"),
)
JOBS = _counter(
    EVERY_SERVICE,
    "fincc_job_runs_total",
    "Runs of timed work that ended, by `outcome`: `ok` or `failed`; `work` is its name.",
    *("service", "work", "outcome"),
)
READY = _gauge(EVERY_SERVICE, "fincc_ready", "1 while the process can do its work for the service, else 0.", "service")
BUILD = _gauge(EVERY_SERVICE, "fincc_build_info", "Always 1; `version` is what runs.", "service", "version")
DEAD_LETTERS = _gauge(
    READERS,
    "fincc_dead_letters_waiting",
    "Messages that no handler could take and nobody has replayed; the same from every process of a service.",
    *("service", "topic"),
)
OUTBOX = _gauge(
    WRITERS,
    "fincc_outbox_waiting",
    "Events that are committed and not yet on the bus; the same from every process of a service.",
    "service",
)
OUTBOX_AGE = _gauge(WRITERS, "fincc_outbox_oldest_seconds", "Age of the oldest of them, 0 when none waits.", "service")
ROWS = _counter(
    ("ingestion", "attribution", "cockpit"),
    "fincc_rows_total",
    "Rows of bills that passed: `ingested` (published to the bus) and `quarantined` by ingestion, `attributed` by "
    "attribution, `projected` (swapped in) by the cockpit. A delivery that is read again counts again.",
    *("service", "outcome"),
)
SNAPSHOT_AGE = _gauge(
    ("cockpit",),
    "fincc_cockpit_snapshot_age_seconds",
    "Since the newest delivery of a source that is on screen was swapped in.",
    "source",
)
SOURCE_AGE = _gauge(
    ("cockpit",),
    "fincc_cockpit_source_age_seconds",
    "Since the end of the last complete day with usage of a source: its freshness. Absent while a source has none.",
    "source",
)
SOURCE_AGE_SLO = _gauge(
    ("cockpit",),
    "fincc_cockpit_source_age_slo_seconds",
    "What the freshness of a source may be, `FINCC_COCKPIT_FRESHNESS_SLO_HOURS`.",
    "service",
)
DELIVERIES = _gauge(
    ("cockpit",),
    "fincc_cockpit_deliveries",
    "Newest deliveries, one per source, month and currency, by `status` of the reconciliation.",
    "status",
)
RECONCILED = _gauge(
    ("cockpit",),
    "fincc_cockpit_reconciled_amount",
    "Billed cost on screen of deliveries that count and whose difference to the bill is exactly 0.",
    "currency",
)
DIFFERENCE = _gauge(
    ("cockpit",),
    "fincc_cockpit_difference_amount",
    "Absolute differences between bill and screen, added up over deliveries that count; anything but 0 is a fault. What "
    "is not known yet is left out.",
    "currency",
)
QUARANTINED = _gauge(
    ("cockpit",), "fincc_cockpit_quarantined_rows", "Rows set aside in the newest deliveries of a source.", "source"
)


class Series:
    """The series of a gauge that one owner sets all at once: one that is not named any more disappears."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._shown: set[tuple[str, ...]] = set()

    def show(self, values: Mapping[tuple[str, ...], float]) -> None:
        for gone in self._shown - values.keys():
            self._gauge.remove(*gone)
        for labels, value in values.items():
            self._gauge.labels(*labels).set(value)
        self._shown = set(values)


SPANS = {
    "<service>.<METHOD> <route>": "a request, by the template of its route; cached answers included",
    "<service>.publish_<topic>": "a message on its way out, until the bus has taken it",
    "<service>.on_<topic>": "a message at its reader, continuing the span that published it; linked to the spans of the "
    "messages that were held until it came",
    "ingestion.ingest": "a job that reads deliveries, continuing the request that asked for it",
    "ingestion.rebuild": "a job that publishes again from the archive",
    "ingestion.purge": "a job that removes what a source brought",
}
