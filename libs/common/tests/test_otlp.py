"""What the registry shows is what is pushed."""

from __future__ import annotations

from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from fincc.common.otlp import to_otlp


def pushed(registry: CollectorRegistry) -> dict:
    data = encode_metrics(to_otlp(registry.collect(), Resource.create({"service.name": "x"}), 1, 2))
    return {metric.name: metric for metric in data.resource_metrics[0].scope_metrics[0].metrics}


def test_a_counter_is_a_monotonic_sum_with_its_labels():
    registry = CollectorRegistry()
    Counter("rows_total", "Rows.", ["outcome"], registry=registry).labels("read").inc(7)
    (point,) = pushed(registry)["rows_total"].sum.data_points
    assert (point.as_double, point.start_time_unix_nano, point.time_unix_nano) == (7, 1, 2)
    assert [(a.key, a.value.string_value) for a in point.attributes] == [("outcome", "read")]
    assert pushed(registry)["rows_total"].sum.is_monotonic


def test_a_histogram_counts_between_its_bounds():
    registry = CollectorRegistry()
    times = Histogram("took_seconds", "Time.", ["route"], buckets=(0.1, 1), registry=registry).labels("/a")
    for took_s in (0.05, 0.5, 0.7, 5):
        times.observe(took_s)
    (point,) = pushed(registry)["took_seconds"].histogram.data_points
    assert list(point.explicit_bounds) == [0.1, 1]
    assert list(point.bucket_counts) == [1, 2, 1]
    assert (point.count, point.sum) == (4, 6.25)
    assert not point.HasField("min")
    assert pushed(registry)["took_seconds"].unit == "s"


def test_a_gauge_without_a_value_is_not_pushed():
    registry = CollectorRegistry()
    Gauge("lag", "Lag.", ["topic"], registry=registry)
    assert pushed(registry) == {}
