"""Each signal is declared once and said somewhere. That a running platform says exactly these is in tests/e2e/test_telemetry.py."""

import re

from fincc.common import signals
from fincc.common.signals import METRICS, SPANS
from fincc.common.topology import SERVICES

from .tree import ROOT, tracked

SOURCES = {
    path: (ROOT / path).read_text()
    for path in tracked("libs/common/src/*.py", "services/*/src/*.py")
    if "/testing/" not in path
}
DECLARATION = "libs/common/src/fincc/common/signals.py"
NAME = re.compile(r"fincc(_[a-z0-9]+)+")
ALLOWED_LABELS = {
    "service": "a service of the topology",
    "group": "the same, as the group that reads",
    "topic": "a topic of the topology",
    "method": "a method of HTTP, else `other`",
    "route": "the template of a route, else `none`",
    "status": "a class of status codes, or a verdict of the reconciliation",
    "outcome": "a word of the code",
    "work": "a name in the code",
    "version": "of the program that runs",
    "source": "what people have set up",
    "currency": "three letters, else `other`",
    "kind": "a word of the code",
}
OF_THE_TARGET = {"job", "instance", "namespace", "pod", "container", "endpoint"}
"""What Prometheus itself says of whom it asks; it renames a label of ours that is called so."""


def test_names_say_what_they_count_and_in_which_unit() -> None:
    for metric in METRICS.values():
        assert NAME.fullmatch(metric.name), metric.name
        assert metric.name.endswith("_total") == (metric.kind == "counter"), metric.name
        assert metric.kind != "histogram" or metric.name.endswith("_seconds"), metric.name


def test_every_label_is_one_of_few_values() -> None:
    """A new label needs a reason why it cannot grow."""
    assert {label for metric in METRICS.values() for label in metric.labels} <= set(ALLOWED_LABELS)
    assert not OF_THE_TARGET & set(ALLOWED_LABELS)
    assert all(metric.labels for metric in METRICS.values()), "without a label a process says 0 for what it does not do"


def test_every_declared_metric_is_set_by_some_code() -> None:
    constants = {
        name for name, value in vars(signals).items() if getattr(value, "_labelnames", None) and name.isupper()
    }
    assert len(constants) == len(METRICS)
    elsewhere = "\n".join(source for path, source in SOURCES.items() if path != DECLARATION)
    assert {name for name in constants if not re.search(rf"\b{name}\b", elsewhere)} == set()


def test_every_service_of_a_metric_is_one_of_the_topology() -> None:
    known = {spec.name for spec in SERVICES}
    assert all(set(metric.services) <= known for metric in METRICS.values())


def test_no_metric_or_span_is_made_beside_the_declaration() -> None:
    made = re.compile(r"\b(Counter|Gauge|Histogram|Summary)\(\s*[\"']|start_as_current_span\(|start_span\(")
    allowed = {"libs/common/src/fincc/common/tracing.py"}
    assert [path for path, source in SOURCES.items() if made.search(source) and path not in allowed] == []


def test_what_becomes_of_signals_is_decided_in_one_place() -> None:
    """The linter of imports sees packages of others as a whole."""
    using = {path for path, source in SOURCES.items() if re.search(r"from opentelemetry\.(sdk|exporter)", source)}
    assert using == {f"libs/common/src/fincc/common/{name}.py" for name in ("telemetry", "otlp", "otlp_logs")}


def test_every_span_has_a_name_that_is_declared() -> None:
    opened = {
        found
        for path, source in SOURCES.items()
        if path != "libs/common/src/fincc/common/tracing.py"
        for found in re.findall(r"\bspan\(f?\"([^\"]+)\"", source)
    }
    kinds = {"{self._service}.{method}": "<service>.<METHOD> <route>"}
    plain = {name for name in opened if name not in kinds}
    assert plain == {"ingestion.{job['kind']}"}
    assert {name for name in SPANS if name.startswith("ingestion.")} == {
        f"ingestion.{kind}"
        for kind in re.findall(r'job_cases\.enqueue\(context, subject, "(\w+)"', "\n".join(SOURCES.values()))
    }
    assert set(kinds.values()) <= set(SPANS)
