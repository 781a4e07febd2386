"""Buckets with very many keys, busy stores, and buckets in another region or partition."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path
from typing import Any

import boto3
import pytest

from fincc.ingestion import connectors
from fincc.ingestion.connectors.aws import client as aws
from fincc.ingestion.connectors.base import Connector, SourceAuthError, SourceUnavailable
from fincc.ingestion.connectors.files import client, deliveries, periods
from fincc.ingestion.repository import sources
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.jobs import enqueue, work
from fincc.ingestion.usecases.sources import connect

from ...conftest import ANN, Reader
from ...unit.connectors.bills import as_csv, dates, gz, legacy_manifest, month, row
from ...unit.connectors.trees import overwritten_gzip
from ..asking import Asker
from ..test_ingest import newest_run
from .fake_s3 import PAGE, FakeBucket, Refusal, served

FOLDER = f"P/R/{dates('2026-01')}"


@pytest.fixture(autouse=True)
def at_once(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials, and waits between attempts that take no time."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda _self, _context: 0)


def bill() -> dict[str, bytes]:
    return overwritten_gzip({"2026-01": month("2026-01")})


def source(url: str, location: str = "s3://bills/P", **options: str) -> Connector:
    return connectors.create("aws_cur", location, {"endpoint_url": url, **options})


def rows_and_warnings(connector: Connector) -> tuple[int, dict[str, int]]:
    [delivery] = connector.deliveries()
    read = list(connector.read(delivery))
    return sum(n.table.num_rows for n in read), {kind: c for n in read for (kind, _), c in n.warnings.items()}


def times(refusal: Refusal, *numbers: int) -> FakeBucket:
    """A bucket that turns away the requests of these numbers."""
    return FakeBucket(bill(), lambda number, _: refusal if number in numbers else None)


@pytest.mark.parametrize(
    ("status", "code"),
    [(503, "SlowDown"), (503, "ServiceUnavailable"), (429, "TooManyRequests"), (500, "InternalError")],
)
def test_a_busy_store_is_asked_again_and_the_run_says_so(status: int, code: str) -> None:
    with served(times((status, code, {}), 2, 3, 4, 8)) as url:
        rows, warnings = rows_and_warnings(source(url))
    assert rows == len(month("2026-01"))
    assert warnings == {"requests_repeated": 4}


@pytest.mark.parametrize(("status", "code"), [(503, "SlowDown"), (429, "TooManyRequests")])
def test_a_store_that_stays_busy_is_unavailable_for_now_after_a_bounded_number_of_requests(
    status: int, code: str
) -> None:
    bucket = FakeBucket(bill(), lambda *_: (status, code, {}))
    with served(bucket) as url, pytest.raises(SourceUnavailable, match=rf"s3://bills/P: .*slow down \({code}\)"):
        source(url).deliveries()
    assert bucket.requests == 1 + client.RETRIES


async def test_a_store_that_is_busy_in_the_middle_of_a_delivery_is_read_by_the_next_look(
    context: Context, reader: Reader
) -> None:
    refused: list[bool] = [False]
    refusal: Refusal = (503, "SlowDown", {})
    bucket = FakeBucket(bill(), lambda _number, _authorization: refusal if refused[0] else None)
    with served(bucket) as url:
        async with context.database.write() as session:
            await sources.insert(session, "src_aws", "aws_cur", "aws", "s3://bills/P", {"endpoint_url": url})
            row_ = await sources.find(session, "aws")
        assert row_ is not None
        connector = await connect(context, row_)
        original = connector.deliveries

        def listed(since: str | None = None) -> Any:
            found = original(since)
            refused[0] = True
            return found

        connector.deliveries = listed  # type: ignore[method-assign]
        await enqueue(context, ANN, "ingest", "src_aws", {})

        async def the_same(_context: Context, _source: object) -> Any:
            return connector

        await work(context, the_same)
        run = await newest_run(context, row_)
        assert run["state"] == "failed"
        assert "the store asks to slow down" in run["reason"]
        assert reader.kinds() == ["abort"]

        refused[0] = False
        await enqueue(context, ANN, "ingest", "src_aws", {})
        await work(context, connect)
        assert reader.kinds()[-1] == "seal"


async def test_an_answer_in_html_is_a_step_of_a_check_that_does_not_quote_it(asker: Asker) -> None:
    """As a proxy gives one, or a web server at an address that was mistyped. This one knows no POST, and says so."""
    with served(FakeBucket()) as url:
        role = {"role_arn": "arn:aws:iam::123456789012:role/r", "sts_endpoint_url": url}
        place = {"kind": "aws_cur", "location": "s3://bills/P", "options": {"endpoint_url": url, **role}}
        answer = await asker.send("POST", "/api/ingestion/v1/checks", place)
    assert answer.status_code == 200
    [step] = answer.json()["steps"]
    assert (step["step"], step["ok"]) == ("reachable", False)
    assert step["detail"].startswith("s3://bills/P: what answers is no service of AWS")
    assert "Unsupported method" not in answer.text


def elsewhere(status: int, code: str) -> FakeBucket:
    """A bucket in Frankfurt, which turns away what is signed for another region."""
    refusal: Refusal = (status, code, {"x-amz-bucket-region": "eu-central-1"})
    return FakeBucket(bill(), lambda _, authorization: None if "/eu-central-1/" in authorization else refusal)


@pytest.mark.parametrize(("status", "code"), [(301, "PermanentRedirect"), (400, "AuthorizationHeaderMalformed")])
def test_a_bucket_in_another_region_is_followed_there(status: int, code: str) -> None:
    with served(elsewhere(status, code)) as url:
        assert rows_and_warnings(source(url))[0] == len(month("2026-01"))


def test_a_bucket_that_cannot_be_followed_names_its_region_and_the_option() -> None:
    refusal: Refusal = (301, "PermanentRedirect", {"x-amz-bucket-region": "eu-central-1"})
    with served(FakeBucket(bill(), lambda *_: refusal)) as url, pytest.raises(SourceAuthError) as error:
        source(url).deliveries()
    assert "is in region eu-central-1 (PermanentRedirect); set the option region of the source to eu-central-1" in str(
        error.value
    )


@pytest.mark.parametrize(
    ("partition", "region", "expected"),
    [
        ("aws", None, "us-east-1"),
        ("aws-cn", None, "cn-north-1"),
        ("aws-us-gov", None, "us-gov-west-1"),
        ("aws-us-gov", "us-gov-east-1", "us-gov-east-1"),
    ],
)
def test_a_role_is_assumed_in_its_own_partition(partition: str, region: str | None, expected: str) -> None:
    session = boto3.Session(region_name=region)
    aws.assume(session, f"arn:{partition}:iam::123456789012:role/r", None, None)
    credentials = session.get_credentials()
    fetcher = credentials._refresh_using.__self__
    assert fetcher._client_creator.keywords["region_name"] == expected


KEYS = 100_000


def old_files(count: int) -> FakeBucket:
    """A bill, and files that nobody deleted in the folder of the period itself."""
    return FakeBucket({f"{FOLDER}/old-{i:06d}.csv.gz": b"" for i in range(count)} | bill())


def test_a_hundred_thousand_keys_beside_a_manifest_are_listed_within_bounds() -> None:
    bucket, started = old_files(KEYS), time.monotonic()
    with served(bucket) as url:
        rows, _ = rows_and_warnings(source(url))
    assert rows == len(month("2026-01"))
    assert bucket.requests < 1.2 * KEYS / PAGE  # each page once, although both manifest and files are sought
    assert time.monotonic() - started < 120


def test_a_listing_takes_less_than_2_kb_of_memory_per_key() -> None:
    count = 10_000
    with served(old_files(count)) as url:
        connector = source(url)
        connector.deliveries()  # what is loaded once does not count
        tracemalloc.start()
        connector.deliveries()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 2000 * count


def test_each_of_very_many_bare_files_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing that is asked for again must not read what it read before."""
    assert periods.REMEMBER >= KEYS
    monkeypatch.setattr(periods, "PERIODS", periods.Periods())
    bucket = FakeBucket({f"loose/{i}.csv.gz": gz(as_csv([row(ResourceId=f"i-{i}")])) for i in range(300)})
    with served(bucket) as url:
        source(url, "s3://bills/loose/").deliveries()
        first = bucket.requests
        source(url, "s3://bills/loose/").deliveries()
    assert first > 300
    assert bucket.requests - first < 10


def test_a_manifest_that_names_a_hundred_thousand_files_is_matched_to_them_within_bounds(tmp_path: Path) -> None:
    keys = [f"{FOLDER}/R-{i:06d}.csv.gz" for i in range(KEYS)]
    objects = dict.fromkeys(keys, b"") | {f"{FOLDER}/R-Manifest.json": legacy_manifest("2026-01", keys)}
    started = time.monotonic()
    with served(FakeBucket(objects)) as url:
        [delivery] = source(url).deliveries()
    assert len(delivery.files) == KEYS
    assert isinstance(delivery.detail, deliveries.Manifested)
    assert time.monotonic() - started < 120
