"""Kinds of sources, their options, and that none of them is a secret."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from pydantic import ValidationError

from fincc.ingestion import connectors


def test_each_kind_says_what_it_is_and_which_options_it_takes() -> None:
    found = {k["kind"]: k for k in connectors.kinds()}
    assert set(found) == set(connectors.KINDS)
    assert (found["aws_cur"]["gives"], found["cloudwatch"]["gives"]) == ("costs", "metrics")
    for kind in found.values():
        assert kind["title"]
        assert kind["description"]
        assert {"location", "external_id", "endpoint_url", "profile"} <= set(kind["options"]["properties"])
        json.dumps(kind)


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match=", ".join(connectors.KINDS)):
        connectors.create("oracle", "x", {})


def test_a_kind_of_metrics_is_no_source_of_costs() -> None:
    with pytest.raises(KeyError, match="cloudwatch gives metrics, not costs"):
        connectors.create("cloudwatch", "aws://all", {})


@pytest.mark.parametrize(
    "option", ["aws_secret_access_key", "access_key", "password", "session_token", "AwsAccessKeyId", "api_key"]
)
def test_a_secret_is_refused_with_the_reason(option: str) -> None:
    with pytest.raises(ValueError, match=f"option {option}: a source stores no secret") as error:
        connectors.create("aws_cur", "s3://bills/x", {option: "s3cr3t"})
    assert "s3cr3t" not in str(error.value)


@pytest.mark.parametrize(
    ("location", "options", "field"),
    [
        ("s3://bills/x", {"colour": "red"}, "colour"),
        ("s3://bills/x", {"role_arn": "admin"}, "role_arn"),
        ("s3://bills/x", {"endpoint_url": "http://key:secret@host"}, "endpoint_url"),
        ("s3://key:secret@bills/x", {}, "location"),
        ("gs://bills/x", {}, "location"),
        ("s3://", {}, "location"),
        ("", {}, "location"),
    ],
)
def test_a_wrong_option_is_named(location: str, options: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as error:
        connectors.create("aws_cur", location, options)
    assert error.value.errors()[0]["loc"] == (field,)


def test_an_external_id_needs_a_role() -> None:
    with pytest.raises(ValidationError, match="external_id has no effect without role_arn"):
        connectors.create("aws_cur", "s3://bills/x", {"external_id": "x"})


def test_folders_need_no_cloud_library() -> None:
    code = (
        "import sys; from fincc.ingestion import connectors; connectors.kinds(); "
        "connectors.create('aws_cur', '/tmp', {}).mapper; print('boto3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
