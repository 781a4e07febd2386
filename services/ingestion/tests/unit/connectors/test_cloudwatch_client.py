"""What CloudWatch answers page by page and how its refusals are said, where no server on this machine can show it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from fincc.ingestion.connectors.base import SourceAuthError, SourceUnavailable
from fincc.ingestion.connectors.cloudwatch.client import CloudWatch
from fincc.ingestion.connectors.cloudwatch.config import CloudWatchConfig
from fincc.ingestion.connectors.metrics import BilledResource, Series

ACCOUNT, REGION = "111122223333", "eu-central-1"
START = datetime(2026, 11, 20, tzinfo=UTC)
END = START + timedelta(days=1)
RESOURCE = BilledResource("i-0123456789abcdef0", ACCOUNT, REGION, Decimal(1))
WANTED = [
    Series(RESOURCE, "AWS/EC2", "CPUUtilization", "Average", "Percent", (("InstanceId", "i-0123456789abcdef0"),)),
    Series(RESOURCE, "AWS/EC2", "NetworkIn", "Sum", "Bytes", (("InstanceId", "i-0123456789abcdef0"),)),
]


class Answers:
    """A client of account and region whose answers are given beforehand."""

    def __init__(self) -> None:
        self.source = CloudWatch(CloudWatchConfig(location="aws://all"))
        client = boto3.client("cloudwatch", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="s3cr3t")
        self.source._clients[ACCOUNT, REGION] = client
        self.stub = Stubber(client)
        self.stub.activate()

    def page(self, results: list[tuple[str, list[int], list[float], str]], token: str | None, then: str | None) -> None:
        answer: dict[str, Any] = {
            "MetricDataResults": [
                {
                    "Id": name,
                    "Timestamps": [START + timedelta(hours=h) for h in hours],
                    "Values": values,
                    "StatusCode": state,
                }
                for name, hours, values, state in results
            ]
        }
        expected = {"MetricDataQueries": ANY, "StartTime": START, "EndTime": END, "ScanBy": "TimestampAscending"}
        if token:
            expected["NextToken"] = token
        if then:
            answer["NextToken"] = then
        self.stub.add_response("get_metric_data", answer, expected)

    def read(self) -> dict[tuple[int, int], float]:
        found = self.source.read(ACCOUNT, REGION, WANTED, START, END, 3600)
        assert found.requested == len(WANTED)
        hours = [(ms - int(START.timestamp() * 1000)) // 3_600_000 for ms in found.at_ms.tolist()]
        return dict(zip(zip(found.series.tolist(), hours, strict=True), found.value.tolist(), strict=True))


@pytest.fixture
def answers() -> Answers:
    return Answers()


def test_pages_are_merged_per_series_until_there_is_no_further_one(answers: Answers) -> None:
    answers.page([("q0", [0, 1], [1.0, 2.0], "PartialData"), ("q1", [0], [10.0], "PartialData")], None, "two")
    answers.page([("q1", [5], [20.0], "Complete")], "two", "three")
    answers.page([("q0", [2, 23], [3.0, 4.5], "Complete")], "three", None)
    assert answers.read() == {(0, 0): 1.0, (0, 1): 2.0, (0, 2): 3.0, (0, 23): 4.5, (1, 0): 10.0, (1, 5): 20.0}
    answers.stub.assert_no_pending_responses()


def test_a_value_of_zero_is_a_value_and_a_missing_one_is_none(answers: Answers) -> None:
    answers.page([("q0", [3], [0.0], "Complete"), ("q1", [], [], "Complete")], None, None)
    assert answers.read() == {(0, 3): 0.0}


def test_values_outside_what_was_asked_are_left_out(answers: Answers) -> None:
    answers.page([("q0", [-1, 0, 24], [7.0, 8.0, 9.0], "Complete")], None, None)
    assert answers.read() == {(0, 0): 8.0}


@pytest.mark.parametrize("state", ["PartialData", "InternalError"])
def test_an_answer_that_stays_partial_is_not_taken_for_the_whole(answers: Answers, state: str) -> None:
    answers.page([("q0", [0], [1.0], state), ("q1", [0], [1.0], "Complete")], None, None)
    with pytest.raises(SourceUnavailable, match=f"only part of what was asked .*{state}"):
        answers.read()


def test_a_forbidden_series_names_the_permission(answers: Answers) -> None:
    answers.page([("q0", [], [], "Forbidden"), ("q1", [0], [1.0], "Complete")], None, None)
    with pytest.raises(SourceAuthError, match=r"account 111122223333 in eu-central-1.*cloudwatch:GetMetricData"):
        answers.read()


def test_a_denied_call_names_the_permission_and_no_secret(answers: Answers) -> None:
    answers.stub.add_client_error("get_metric_data", "AccessDenied", "no identity-based policy allows it", 403)
    with pytest.raises(SourceAuthError, match=r"cloudwatch:GetMetricData") as error:
        answers.read()
    assert "s3cr3t" not in str(error.value)


@pytest.mark.parametrize("code", ["Throttling", "ThrottlingException", "RequestLimitExceeded"])
def test_throttling_asks_for_a_longer_pause(answers: Answers, code: str) -> None:
    answers.stub.add_client_error("get_metric_data", code, "Rate exceeded", 400)
    with pytest.raises(SourceUnavailable, match="Rate exceeded") as error:
        answers.read()
    assert error.value.retry_after_s == 300


def test_expired_credentials_are_said_to_be_expired(answers: Answers) -> None:
    answers.stub.add_client_error("get_metric_data", "ExpiredToken", "expired", 403)
    with pytest.raises(SourceAuthError, match="have expired"):
        answers.read()


def test_other_failures_are_tried_again_later(answers: Answers) -> None:
    answers.stub.add_client_error("get_metric_data", "InternalServiceError", "sorry", 500)
    with pytest.raises(SourceUnavailable) as error:
        answers.read()
    assert error.value.retry_after_s == 60


def test_another_account_without_a_role_says_which_option_is_missing() -> None:
    source = CloudWatch(CloudWatchConfig(location="aws://all"))
    source.__dict__["own_account"] = "999999999999"
    with pytest.raises(SourceAuthError, match="give the option role_name with a role of account 111122223333"):
        source.read(ACCOUNT, REGION, WANTED, START, END, 3600)
