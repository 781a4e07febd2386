"""Pushes what `/metrics` shows to an OTLP endpoint, in the data model and by the exporter of OpenTelemetry."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterable, Iterator

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client import REGISTRY
from prometheus_client import Metric as Family
from prometheus_client.samples import Sample

CUMULATIVE = AggregationTemporality.CUMULATIVE


class Push(threading.Thread):
    """Until the process ends, and once more then. The exporter logs what it cannot deliver; the next push has it all."""

    def __init__(self, endpoint: str, resource: Resource, every_s: float) -> None:
        super().__init__(name="metrics push", daemon=True)
        self._exporter = OTLPMetricExporter(endpoint=endpoint)
        self._resource, self._every_s = resource, every_s
        self._started_ns, self._has_ended = time.time_ns(), threading.Event()
        atexit.register(self.end)

    def run(self) -> None:
        while not self._has_ended.wait(self._every_s):
            self._push()

    def end(self) -> None:
        self._has_ended.set()
        self._push()
        self._exporter.shutdown()

    def _push(self) -> None:
        self._exporter.export(to_otlp(REGISTRY.collect(), self._resource, self._started_ns, time.time_ns()))


def to_otlp(families: Iterable[Family], resource: Resource, started_ns: int, now_ns: int) -> MetricsData:
    """Counters become monotonic sums, gauges and everything else gauges, histograms explicit buckets; all cumulative."""
    metrics = [metric for family in families for metric in _metrics(family, started_ns, now_ns)]
    scope = ScopeMetrics(InstrumentationScope("fincc"), metrics, "")
    return MetricsData([ResourceMetrics(resource, [scope], "")])


def _metrics(family: Family, started_ns: int, now_ns: int) -> Iterator[Metric]:
    if family.type == "histogram":
        points = list(_histogram_points(family.samples, started_ns, now_ns))
        data: Sum | Gauge | Histogram = Histogram(points, CUMULATIVE)
    elif family.type == "counter":
        counted = [s for s in family.samples if s.name.endswith("_total")]
        data = Sum([_point(s, started_ns, now_ns) for s in counted], CUMULATIVE, is_monotonic=True)
    else:
        data = Gauge([_point(s, started_ns, now_ns) for s in family.samples])
    if data.data_points:
        name = f"{family.name}_total" if family.type == "counter" else family.name
        yield Metric(name, family.documentation, "s" if name.endswith("_seconds") else "1", data)


def _point(sample: Sample, started_ns: int, now_ns: int) -> NumberDataPoint:
    return NumberDataPoint(dict(sample.labels), started_ns, now_ns, sample.value)


def _histogram_points(samples: Iterable[Sample], started_ns: int, now_ns: int) -> Iterator[HistogramDataPoint]:
    """Prometheus counts up to each bound; OTLP counts between bounds."""
    series: dict[tuple[tuple[str, str], ...], dict[str, list[float]]] = {}
    for sample in samples:
        labels = tuple(sorted((k, v) for k, v in sample.labels.items() if k != "le"))
        found = series.setdefault(labels, {"bounds": [], "counts": [], "sum": [0.0]})
        if sample.name.endswith("_bucket"):
            found["bounds"].append(float(sample.labels["le"]))
            found["counts"].append(sample.value)
        elif sample.name.endswith("_sum"):
            found["sum"] = [sample.value]
    for labels, found in series.items():
        up_to = [int(count) for count in found["counts"]]
        between = [count - before for count, before in zip(up_to, [0, *up_to], strict=False)]
        yield HistogramDataPoint(
            attributes=dict(labels),
            start_time_unix_nano=started_ns,
            time_unix_nano=now_ns,
            count=up_to[-1],
            sum=found["sum"][0],
            bucket_counts=between,
            explicit_bounds=found["bounds"][:-1],  # the last is infinity, which OTLP leaves unsaid
            min=None,  # type: ignore[arg-type]  # Prometheus keeps neither
            max=None,  # type: ignore[arg-type]
        )
