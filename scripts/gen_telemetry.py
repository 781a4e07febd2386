"""Writes docs/reference/telemetry.md from `fincc.common.signals`. `--check` writes nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from scripts.generated import ROOT, keep

from fincc.common.signals import EVERY_SERVICE, METRICS, SPANS, Declared
from fincc.common.telemetry import LOG_FIELDS
from fincc.common.topology import SERVICES

TARGET = ROOT / "docs/reference/telemetry.md"
HEAD = """# Telemetry

What every process says of itself. `FINCC_OTLP_ENDPOINT` names a receiver of OTLP over HTTP, to which traces, metrics
and logs are sent (`/v1/traces`, `/v1/metrics`, `/v1/logs`); without it nothing is exported, and metrics can still be read
at `/metrics` in the format of Prometheus. Headers, certificates and time-outs of the export are set by the variables of
OpenTelemetry (`OTEL_EXPORTER_OTLP_HEADERS`, …). `/metrics`, `/healthz` and `/readyz` are answered without sign-in on the
port of a process and by no route of the gateway but its own, `/metrics` not to what comes through a proxy; see
[what is left to you](../security.md#what-is-left-to-you) and [ADR 15](../adr/0015-one-registry-of-metrics.md).

This page is written by `make gen`.

## Metrics

Counters and histograms begin at 0 with the process. A value that is not known is absent, never 0. The label `service` (or
`group`, its consumer group) tells the services of one process apart. Beside these there are the usual `process_…` and
`python_…` of the process as a whole.

| metric | kind | labels | said by | meaning |
|---|---|---|---|---|
"""
SPAN_HEAD = f"""
## Spans

`<service>` is one of {", ".join(f"`{spec.name}`" for spec in SERVICES)}; `<topic>` a topic with `_` for `-`. A caller's
`traceparent` is continued, and every message carries one, so that the request that asked for an ingest, the reading, each
message and the swap to the screen are one trace. What is held and goes on together links back: attribution to the message
of each part, readers to each trace that brought parts of what they swap in. Spans of messages have
`messaging.destination.name` and `messaging.message.id`, those of requests `http.request.method`, `http.route` and
`http.response.status_code`; never a query, a header or a body. `FINCC_TRACE_RATIO` records a share of the traces.

| span | what |
|---|---|
"""
LOG_HEAD = """
## Logs

One JSON object a line on stderr (`FINCC_LOG_FORMAT=plain` is for people). Beside these fields there are those of the
occasion, such as `topic`, `key` or `job`. With an endpoint each line is exported, too: `message` is the body, `level` the
severity, `logger` the scope, `trace_id` and `span_id` those of the record, and every other field an attribute of the same
name. Up to 2,048 lines wait (`OTEL_BLRP_MAX_QUEUE_SIZE`); after that the oldest give way, so that nobody waits for a
receiver. What the exporters say of themselves is on stderr alone.

| field | what |
|---|---|
"""


def page() -> str:
    lines = [*(_metric(m) for m in METRICS.values()), SPAN_HEAD.rstrip("\n")]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in SPANS.items()]
    lines += [LOG_HEAD.rstrip("\n"), *(f"| `{name}` | {meaning} |" for name, meaning in LOG_FIELDS.items())]
    return HEAD + "\n".join(lines) + "\n"


def _metric(metric: Declared) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{metric.name}` | {metric.kind} | {labels} | {', '.join(_services(metric))} | {metric.meaning} |"


def _services(metric: Declared) -> Iterator[str]:
    yield from (("every service",) if metric.services == EVERY_SERVICE else metric.services)


if __name__ == "__main__":
    sys.exit(keep(TARGET, page(), sys.argv[1:]))
