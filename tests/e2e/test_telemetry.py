"""One trace from bill to screen, and every signal that is declared, from a whole platform to a receiver of OTLP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from fincc.common.signals import METRICS
from fincc.common.testing.otlp_receiver import ReceivedLog, ReceivedSpan, Receiver, receiving
from fincc.common.topology import SERVICES

from .conftest import Bill, import_documents, started
from .harness import ManyProcesses, OneProcess, Platform, wait_for

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
ON_THE_WAY = (
    "gateway.POST /api/ingestion/v1/{path}",
    "ingestion.POST /api/ingestion/v1/sources/{source}/ingest",
    "ingestion.ingest",
    "ingestion.publish_raw_cost",
    "attribution.on_raw_cost",
    "attribution.publish_enriched_cost",
    "cockpit.on_enriched_cost",
    "compliance.on_enriched_cost",
    "ingestion.publish_cost_ledger",
    "attribution.publish_cost_ledger",
    "cockpit.on_cost_ledger",
)


@dataclass(frozen=True)
class Observed:
    platform: Platform
    receiver: Receiver


@pytest.fixture(scope="module", params=["one process", "many processes"])
def observed(
    request: pytest.FixtureRequest, bill: Bill, few: Bill, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Observed]:
    """The documents and a bill are in; the ingest was asked for within a trace of the caller's."""
    folder = tmp_path_factory.mktemp("observed")
    with receiving() as receiver:
        settings = {
            "FINCC_OTLP_ENDPOINT": receiver.url,
            "FINCC_OTLP_METRICS_EVERY_S": "2",
            "OTEL_BSP_SCHEDULE_DELAY": "500",
        }
        with started(request, folder, settings) as platform:
            _ingest(platform, bill, few)
            yield Observed(platform, receiver)


def _ingest(platform: Platform, bill: Bill, few: Bill) -> None:
    import_documents(platform, bill.folder)
    platform.add_bill(few.cur)
    with platform.client() as client:
        headers = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
        client.post("/api/ingestion/v1/sources/aws/ingest", json={"now": True}, headers=headers).raise_for_status()
    platform.reconciled(180)
    with platform.client() as client:
        for _ in range(2):  # the second is answered from memory
            client.get("/api/cockpit/v1/cost-by-team").raise_for_status()


def test_one_trace_leads_from_the_request_to_the_screen(observed: Observed) -> None:
    def missing() -> list[str]:
        known = {span.name for span in observed.receiver.of_trace(TRACE)}
        return [name for name in ON_THE_WAY if name not in known]

    assert wait_for(lambda: not missing(), 30), (missing(), observed.platform.tail())

    def loose() -> set[str]:
        """Spans that continue no other one that was exported yet: one may end, and come, before the one it is in."""
        spans = {span.id: span for span in observed.receiver.of_trace(TRACE)}
        return {span.name for span in spans.values() if span.parent not in spans}

    assert wait_for(lambda: loose() == {"gateway.POST /api/ingestion/v1/{path}"}, 30), loose()


def test_every_reader_of_a_topic_continues_what_its_writers_publish(observed: Observed) -> None:
    edges = {
        (writer.name, topic, reader.name)
        for writer in SERVICES
        for topic in writer.produces
        for reader in SERVICES
        if topic in reader.consumes
    }
    assert len(edges) >= 9

    def uncovered() -> set[tuple[str, str, str]]:
        return edges - _edges(list(observed.receiver.spans))

    assert wait_for(lambda: not uncovered(), 30), uncovered()
    spans = [span for span in list(observed.receiver.spans) if ".on_" in span.name]

    def unknown() -> set[str]:
        return {span.parent for span in spans} - {span.id for span in list(observed.receiver.spans)}

    assert wait_for(lambda: not unknown(), 30), unknown()
    known = {span.id: span for span in list(observed.receiver.spans)}
    for span in spans:
        publisher = known[span.parent]
        assert ".publish_" in publisher.name
        assert publisher.trace == span.trace
        assert publisher.attributes["messaging.message.id"] == span.attributes["messaging.message.id"]


def test_what_held_parts_is_linked_to_their_messages(observed: Observed) -> None:
    """Every part that attribution takes leaves it from the span of its message, or from one that is linked to it."""

    def lost() -> list[ReceivedSpan]:
        spans = observed.receiver.of_trace(TRACE)
        taken = [s for s in spans if s.name == "attribution.on_raw_cost"]
        forwarding = {s.parent for s in spans if s.name == "attribution.publish_enriched_cost"}
        linked = {link for span in taken if span.id in forwarding for link in span.links}
        return [span for span in taken if span.id not in linked | forwarding] if taken else []

    assert wait_for(lambda: not lost(), 30), lost()
    readers = {s.name for s in observed.receiver.of_trace(TRACE) if s.links}
    assert readers == {"attribution.on_raw_cost", "cockpit.on_enriched_cost", "compliance.on_enriched_cost"}


def _edges(spans: list[ReceivedSpan]) -> set[tuple[str, str, str]]:
    """(writer, topic, reader) of each reader's span that continues a writer's."""
    published = {span.id: span for span in spans if ".publish_" in span.name}
    return {
        (published[s.parent].name.split(".")[0], s.attributes["messaging.destination.name"], s.name.split(".")[0])
        for s in spans
        if ".on_" in s.name and s.parent in published
    }


def test_every_service_says_the_metrics_that_are_declared_for_it_and_no_others(observed: Observed) -> None:
    platform = observed.platform
    declared = {spec.name: {m.name for m in METRICS.values() if spec.name in m.services} for spec in SERVICES}

    def difference() -> dict[str, set[str]]:
        if not isinstance(platform, ManyProcesses):
            said = _said(platform, platform.url)
            return {"all": said ^ set(METRICS)} if said != set(METRICS) else {}
        said_by = {name: _said(platform, platform.url_of(name)) for name in declared}
        return {name: said_by[name] ^ declared[name] for name in declared if said_by[name] != declared[name]}

    assert wait_for(lambda: not difference(), 40, every_s=1), difference()


def _said(platform: Platform, url: str) -> set[str]:
    """Names of our metrics that have a value; `/metrics` is open on the port of a process."""
    with platform.client() as client:
        text = client.get(f"{url}/metrics", headers={"authorization": ""}).raise_for_status().text
    names = re.findall(r"^(fincc_\w+?)(?:_bucket|_count|_sum|_created)?[{ ]", text, re.MULTILINE)
    return {name for name in names if name in METRICS or f"{name}_total" not in METRICS}


def test_what_metrics_shows_is_pushed_as_well(observed: Observed) -> None:
    names = {"fincc-all"} if isinstance(observed.platform, OneProcess) else {f"fincc-{s.name}" for s in SERVICES}

    def pushed() -> set[str]:
        return set().union(*observed.receiver.metrics.values()) if set(observed.receiver.metrics) >= names else set()

    assert wait_for(lambda: pushed() >= set(METRICS), 20), set(METRICS) - pushed()


def test_a_line_of_the_log_is_exported_with_the_trace_of_its_request(observed: Observed) -> None:
    trace = "5bf92f3577b34da6a3ce929d0e0e4737"
    with observed.platform.client() as client:
        headers = {"traceparent": f"00-{trace}-{PARENT}-01", "authorization": ""}
        wrong = {"username": "nobody-here", "password": "not-a-password"}
        assert client.post("/api/gateway/v1/session", json=wrong, headers=headers).status_code == 401

    def said() -> list[ReceivedLog]:
        return [line for line in list(observed.receiver.logs) if line.trace == trace]

    assert wait_for(said, 20), observed.platform.tail()
    (line,) = said()
    assert (line.level, line.message) == ("WARNING", "sign-in failed")
    assert line.service == ("fincc-all" if isinstance(observed.platform, OneProcess) else "fincc-gateway")

    def spans() -> dict[str, str]:
        return {span.id: span.name for span in observed.receiver.of_trace(trace)}

    assert wait_for(lambda: line.span in spans(), 20), "spans are sent by another thread, and may come later"
    assert spans()[line.span] == "gateway.POST /api/gateway/v1/session"
    for said_once in observed.receiver.logs:
        assert "not-a-password" not in str(said_once)
        assert not said_once.logger.startswith("opentelemetry")


def test_no_label_has_a_value_out_of_a_path_or_a_bill(observed: Observed) -> None:
    platform = observed.platform
    urls = [platform.url_of(s.name) for s in SERVICES] if isinstance(platform, ManyProcesses) else [platform.url]
    with platform.client() as client:
        client.get("/api/ingestion/v1/sources/nowhere-at-all")
        client.get("/api/cockpit/v1/no/such/route")
        client.request("PROPFIND", "/api/cockpit/v1/cost-by-team")
        text = "".join(client.get(f"{url}/metrics").text for url in urls)
    assert 'route="/api/ingestion/v1/sources/{source}"' in text
    assert 'route="none"' in text
    assert 'method="other"' in text
    for raw in ("nowhere-at-all", "no/such/route", "PROPFIND", "src_"):
        assert raw not in text, raw


def test_answers_from_memory_are_counted_by_their_route(observed: Observed) -> None:
    platform = observed.platform
    url = platform.url_of("cockpit") if isinstance(platform, ManyProcesses) else platform.url
    with platform.client() as client:
        text = client.get(f"{url}/metrics").text
    wanted = 'method="GET",route="/api/cockpit/v1/cost-by-team",service="cockpit",status="2xx"'
    found = re.search(rf"^fincc_http_request_duration_seconds_count{{{re.escape(wanted)}}} (\S+)", text, re.MULTILINE)
    assert found is not None, text[:2000]
    assert float(found[1]) >= 2
