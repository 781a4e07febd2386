"""Kinds of sources, their options, and which of them are secrets."""

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


@pytest.mark.parametrize("kind", connectors.KINDS)
def test_a_secret_is_told_by_its_type_and_the_form_never_shows_it(kind: str) -> None:
    fields = connectors.connector_class(kind).Config.model_json_schema()["properties"]
    hidden = {name for name, field in fields.items() if '"writeOnly": true' in json.dumps(field)}
    assert hidden == connectors.secret_fields(kind) >= {"secret_access_key", "session_token", "external_id"}
    marked = {name for name, field in fields.items() if field.get("x-access")}
    assert hidden | marked == connectors.access_fields(kind)
    assert "location" not in connectors.access_fields(kind)


@pytest.mark.parametrize("kind", connectors.KINDS)
def test_an_option_that_sounds_like_a_secret_is_one(kind: str) -> None:
    names = connectors.connector_class(kind).Config.model_fields
    sounds = {name for name in names if connectors._SECRET.search(name)}
    assert sounds - connectors.secret_fields(kind) <= {"access_key_id"}, "AWS shows the ids of keys itself"


@pytest.mark.parametrize("option", ["aws_secret_access_key", "access_key", "password", "AwsAccessKeyId", "api_key"])
def test_a_secret_where_none_belongs_is_refused_with_those_that_do(option: str) -> None:
    known = "external_id, secret_access_key, session_token"
    with pytest.raises(
        ValueError, match=f"option {option}: a source of this kind has no such secret.*: {known}"
    ) as error:
        connectors.create("aws_cur", "s3://bills/x", {option: "s3cr3t"})
    assert "s3cr3t" not in str(error.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"access_key_id": "AKIA"}, "go together"),
        ({"secret_access_key": "s3cr3t"}, "go together"),
        ({"session_token": "s3cr3t"}, "session_token has no effect"),
        ({"access_key_id": "AKIA", "secret_access_key": "s3cr3t", "profile": "p"}, "exclude each other"),
        ({"access_key_id": "AKIA", "secret_access_key": "s3cr3t", "role_arn": "s3cr3"}, "expected a role ARN"),
        ({"access_key_id": "AKIA", "secret_access_key": "s3cr3t", "region": 1}, "valid string"),
    ],
)
def test_what_is_wrong_with_keys_is_said_without_showing_them(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as error:
        connectors.create("aws_cur", "s3://bills/x", options)
    assert "s3cr3t" not in f"{error.value} {error.value.errors()} {error.value!r}"


def test_a_configuration_that_is_printed_shows_no_secret() -> None:
    source = connectors.create("aws_cur", "s3://b", {"access_key_id": "AKIA", "secret_access_key": "s3cr3t"})
    config = source.config  # type: ignore[attr-defined]
    assert "s3cr3t" not in f"{config!r} {config} {config.model_dump()} {config.model_dump_json()}"


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


@pytest.mark.slow
def test_folders_need_no_cloud_library() -> None:
    code = (
        "import sys; from fincc.ingestion import connectors; connectors.kinds(); "
        "connectors.create('aws_cur', '/tmp', {}).mapper; print('boto3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
