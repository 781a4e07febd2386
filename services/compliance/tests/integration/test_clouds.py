"""Listing a cloud: real boto3 over real HTTP against moto, and what the finder makes of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest

from fincc.common.clock import FrozenClock
from fincc.common.keyring import new_key
from fincc.common.testing.aws import empty_account, post, running_aws
from fincc.compliance.domain.inventory import CloudResource
from fincc.compliance.repository import inventories
from fincc.compliance.repository.inventories import InventoryRow
from fincc.compliance.scanners import Target, make_scanner
from fincc.compliance.usecases.context import Context
from fincc.compliance.usecases.inventories import Listed

from ..conftest import Compliance, on, usage

ACCOUNT = "123456789012"
REGION = "eu-west-1"


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with running_aws() as url:
        yield url


Make = Callable[[str], Any]


@pytest.fixture
def aws(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Clients of an empty account, by service."""
    empty_account(moto_url, monkeypatch)
    return lambda service: boto3.client(service, endpoint_url=moto_url, region_name=REGION)


def target(moto_url: str, **given: Any) -> Target:
    return Target(given.get("role"), given.get("accounts", []), [REGION], "aws", moto_url)


def listed(moto_url: str) -> dict[str, CloudResource]:
    pieces = list(make_scanner(target(moto_url)).scan())
    assert [p.step for p in pieces if not p.step.ok] == []
    return {r.resource_id: r for p in pieces for r in p.resources}


def run_instance(aws: Make, **tags: str) -> str:
    ec2 = aws("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    if tags:
        ec2.create_tags(Resources=[made], Tags=[{"Key": k, "Value": v} for k, v in tags.items()])
    return str(made)


def a_function(aws: Make, name: str, **tags: str) -> str:
    role = aws("iam").create_role(RoleName=f"for-{name}", AssumeRolePolicyDocument="{}", Path="/x/")["Role"]["Arn"]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("main.py", "def handle(*_): pass")
    made = aws("lambda").create_function(
        FunctionName=name, Runtime="python3.11", Role=role, Handler="main.handle", Code={"ZipFile": content.getvalue()},
        Tags=tags,
    )  # fmt: skip
    return str(made["FunctionArn"])


def test_the_never_tagged_that_the_tagging_api_omits_are_listed(moto_url: str, aws: Make) -> None:
    bare, tagged = run_instance(aws), run_instance(aws, team="cards")
    aws("s3").create_bucket(Bucket="bare-bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    aws("rds").create_db_instance(DBInstanceIdentifier="bare-db", DBInstanceClass="db.t3.micro", Engine="postgres")
    subnets = [s["SubnetId"] for s in aws("ec2").describe_subnets()["Subnets"]][:2]
    balancer = aws("elbv2").create_load_balancer(Name="bare-lb", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    function = a_function(aws, "bare-fn")
    known_to_tagging = {
        m["ResourceARN"]
        for page in aws("resourcegroupstaggingapi").get_paginator("get_resources").paginate()
        for m in page["ResourceTagMappingList"]
    }
    found = listed(moto_url)
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{bare}"
    expected = {arn, "arn:aws:s3:::bare-bucket", f"arn:aws:rds:{REGION}:{ACCOUNT}:db:bare-db", balancer, function}
    assert expected <= set(found)
    assert not {arn, "arn:aws:s3:::bare-bucket", function} & known_to_tagging
    assert all(not found[id_].tags for id_ in expected)
    assert found[f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{tagged}"].tags == {"team": "cards"}
    assert {found[id_].resource_type for id_ in expected} == {
        "ec2:instance", "s3:bucket", "rds:db", "elasticloadbalancing:loadbalancer", "lambda:function",
    }  # fmt: skip


def test_functions_take_their_tags_from_the_tagging_api(moto_url: str, aws: Make) -> None:
    function = a_function(aws, "tagged-fn", team="cards")
    assert listed(moto_url)[function].tags == {"team": "cards"}


def test_hundreds_of_resources_are_read_page_by_page(moto_url: str, aws: Make) -> None:
    ec2 = aws("ec2")
    for _ in range(230):
        ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)
    volumes = [r for r in listed(moto_url).values() if r.resource_type == "ec2:volume"]
    assert len(volumes) == 230


def test_a_role_is_assumed_in_each_account(moto_url: str, aws: Make) -> None:
    steps = make_scanner(target(moto_url, role="reader", accounts=["111111111111", "222222222222"])).check()
    assert [s.ok for s in steps] == [True] * 5
    assert {s.step for s in steps} == {"credentials", "account 111111111111", "account 222222222222"}


def test_what_may_not_be_read_names_the_permission(moto_url: str, aws: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    iam = aws("iam")
    iam.create_user(UserName="limited")
    key = iam.create_access_key(UserName="limited")["AccessKey"]
    iam.put_user_policy(
        UserName="limited",
        PolicyName="some",
        PolicyDocument='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": '
        '["ec2:DescribeInstances"]}]}',
    )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    post(f"{moto_url}/moto-api/reset-auth", b"0")
    try:
        pieces = list(make_scanner(target(moto_url)).scan())
    finally:
        post(f"{moto_url}/moto-api/reset-auth", b"1000000000")
    failed = {p.step.step: p.step.detail for p in pieces if not p.step.ok}
    assert (
        failed[f"{ACCOUNT} {REGION} ec2 volume"] == "access denied: allow ec2:DescribeVolumes for the role that reads"
    )
    assert (
        failed[f"{ACCOUNT} {REGION} rds db"] == "access denied: allow rds:DescribeDBInstances for the role that reads"
    )
    assert (
        failed[f"{ACCOUNT} {REGION} tagged resources"]
        == "access denied: allow tag:GetResources for the role that reads"
    )
    assert "not judged" in failed[f"{ACCOUNT} {REGION} lambda functions"]
    assert f"{ACCOUNT} {REGION} ec2 instance" not in failed
    assert key["SecretAccessKey"] not in str(failed)


def test_without_credentials_the_check_says_what_to_do(
    moto_url: str, aws: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (step,) = make_scanner(target(moto_url)).check()
    assert (step.ok, step.step) == (False, "credentials")
    assert "credentials" in step.detail


async def add(compliance: Compliance, moto_url: str, **given: Any) -> dict[str, Any]:
    body = {"name": "main", "regions": [REGION], "endpoint_url": moto_url, **given}
    assert (await compliance.ask("POST", "inventory-checks", json=body))["ok"]
    added = await compliance.ask("POST", "inventories", 201, json=body)
    await compliance.job("list clouds")
    return dict(added)


async def test_the_never_tagged_are_findings_though_no_bill_has_them(
    compliance: Compliance, moto_url: str, aws: Make
) -> None:
    await compliance.publish("required: [{key: team}]\n")
    bare = run_instance(aws)
    run_instance(aws, Team="cards")
    await add(compliance, moto_url)
    (inventory,) = (await compliance.get("inventories"))["items"]
    assert (inventory["state"], inventory["never_tagged"] >= 1) == ("ok", True)
    await compliance.scan()
    found = await compliance.found(type="ec2:instance")
    assert set(found) == {f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{bare}"}
    (finding,) = found.values()
    assert (finding["cost_30d"], finding["seen_in"], finding["account"]) == (None, ["cloud"], ACCOUNT)


async def test_the_cloud_says_how_a_resource_is_tagged_when_its_answer_is_newer(
    compliance: Compliance, moto_url: str, aws: Make, clock: FrozenClock
) -> None:
    await compliance.publish("required: [{key: team}]\n")
    fixed, gone, bare = run_instance(aws, team="cards"), "i-0123456789abcdef0", run_instance(aws)
    rows = usage(
        3, ResourceId=[fixed, gone, bare], SubAccountId=ACCOUNT, BilledCost=["1", "2", "4"], ChargePeriodStart=on(20)
    )
    await compliance.bill(rows)
    await compliance.scan()
    assert set(await compliance.found()) == {fixed, gone, bare}
    await add(compliance, moto_url)
    await compliance.scan()
    found = await compliance.found(type="ec2:instance")
    assert {id_: f["seen_in"] for id_, f in found.items()} == {bare: ["bill", "cloud"]}
    closed = {
        i["resource_id"]: i["closed_because"] for i in (await compliance.get("findings", state="closed"))["items"]
    }
    assert closed == {fixed: "tagged", gone: "deleted in the cloud"}
    lines = {(x["kind"], x["why"]): x["cost"]["amount"] for x in (await compliance.get("coverage"))["lines"]}
    assert lines == {
        ("compliant", None): "1.00",
        ("untaggable", "deleted meanwhile"): "2.00",
        ("violating", None): "4.00",
    }


async def test_a_bill_that_is_newer_than_the_cloud_counts(
    compliance: Compliance, moto_url: str, aws: Make, clock: FrozenClock
) -> None:
    await compliance.publish("required: [{key: team}]\n")
    instance = run_instance(aws)
    await add(compliance, moto_url)
    clock.advance(timedelta(days=3))
    rows = usage(1, ResourceId=instance, SubAccountId=ACCOUNT, ChargePeriodStart=on(23), **{"Tags/team": "cards"})
    await compliance.bill(rows, delivered_at=clock.now())
    await compliance.scan()
    assert await compliance.found(type="ec2:instance") == {}


async def test_a_scan_that_fails_keeps_what_the_one_before_has_found(
    compliance: Compliance, moto_url: str, aws: Make, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await compliance.publish("required: [{key: team}]\n")
    run_instance(aws)
    added = await add(compliance, moto_url)
    await compliance.scan()
    before = set(await compliance.found())
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    await compliance.ask("POST", f"inventories/{added['id']}/scan", 202)
    await compliance.job("list clouds")
    await compliance.scan()
    (inventory,) = (await compliance.get("inventories"))["items"]
    assert (inventory["state"], inventory["steps"][0]["ok"]) == ("failed", False)
    assert set(await compliance.found()) == before
    assert "main, credentials" in (await compliance.get("findings"))["meta"]["scan"]["missing"][0]


async def test_a_paused_cloud_is_listed_only_when_asked(compliance: Compliance, moto_url: str, aws: Make) -> None:
    added = await add(compliance, moto_url)
    first = (await compliance.get("inventories"))["items"][0]["last_scan_at"]
    paused = await compliance.ask("PATCH", f"inventories/{added['id']}", json={"paused": True})
    assert paused["next_scan_at"] is None
    run_instance(aws)
    compliance.resources.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    await compliance.job("list clouds")
    assert (await compliance.get("inventories"))["items"][0]["last_scan_at"] == first
    await compliance.ask("POST", f"inventories/{added['id']}/scan", 202)
    await compliance.job("list clouds")
    assert (await compliance.get("inventories"))["items"][0]["last_scan_at"] != first


async def test_an_answer_in_html_is_a_step_of_a_check(compliance: Compliance, aws: Make) -> None:
    """As a proxy gives one, or a web server at an address that was mistyped."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        body = {"name": "main", "regions": [REGION], "endpoint_url": f"http://127.0.0.1:{server.server_address[1]}"}
        checked = await compliance.ask("POST", "inventory-checks", json=body)
        server.shutdown()
    [step] = checked["steps"]
    assert (step["step"], step["ok"]) == ("credentials", False)
    assert step["detail"].startswith("sts:GetCallerIdentity: what answers is no service of AWS")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://169.254.169.254", "http://2852039166"])
async def test_a_cloud_is_asked_only_where_one_may_go(
    compliance: Compliance, aws: Make, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FINCC_SOURCE_NETWORKS")
    checked = await compliance.ask("POST", "inventory-checks", json={"name": "main", "endpoint_url": address})
    [step] = checked["steps"]
    assert (step["step"], step["ok"]) == ("credentials", False)
    assert step["detail"].startswith("endpoint_url: ")
    assert "FINCC_SOURCE_NETWORKS" in step["detail"] or "is never asked" in step["detail"]


async def test_removing_a_cloud_closes_what_only_it_has_seen(compliance: Compliance, moto_url: str, aws: Make) -> None:
    await compliance.publish("required: [{key: team}]\n")
    await compliance.bill(usage(1, ResourceId="i-00000000000000001"))
    run_instance(aws)
    added = await add(compliance, moto_url)
    await compliance.scan()
    assert len(await compliance.found()) > 1
    await compliance.ask("DELETE", f"inventories/{added['id']}", 204)
    await compliance.scan()
    assert set(await compliance.found()) == {"i-00000000000000001"}
    await compliance.ask("DELETE", f"inventories/{added['id']}", 404)


async def test_two_clouds_of_one_name_are_refused_and_so_is_what_is_no_account(
    compliance: Compliance, moto_url: str, aws: Make
) -> None:
    await add(compliance, moto_url)
    await compliance.ask("POST", "inventories", 409, json={"name": "main"})
    problem = await compliance.ask("POST", "inventories", 422, json={"name": "x", "accounts": ["12"], "secret": "s"})
    assert {e["field"] for e in problem["errors"]} == {"body.accounts.0", "body.secret"}


@pytest.mark.parametrize(
    "url",
    [
        *("https://\x9dás", "http://a_b", "http://.", "http://-a", "http://" + "a" * 70, "http://a@b", "http://a/path"),
        *("http://[::::]", "http://[1::2::3]", "http://a:0", "http://a:65536", "http://a:x"),
    ],
)
async def test_an_address_at_which_nothing_can_be_is_refused_before_anything_is_stored(
    compliance: Compliance, url: str
) -> None:
    """Stored, it would end every job that lists clouds."""
    for path in ("inventories", "inventory-checks"):
        problem = await compliance.ask("POST", path, 422, json={"name": "main", "endpoint_url": url})
        assert [e["field"] for e in problem["errors"]] == ["body.endpoint_url"]
    assert (await compliance.ask("GET", "inventories"))["items"] == []


async def test_a_cloud_that_cannot_be_asked_at_all_keeps_no_other_from_being_listed(
    compliance: Compliance, moto_url: str, aws: Make
) -> None:
    """The release before took addresses at which nothing can be, and keys are changed while a listing begins."""
    stored = {"endpoint_url": "http://a_b"}, {"endpoint_url": moto_url, "access_key_id": "AKIAEXAMPLE"}
    for name, config in zip(("address", "keys"), stored, strict=True):
        cloud = await compliance.ask("POST", "inventories", 201, json={"name": name})
        async with compliance.resources.database.write() as session:
            await inventories.set_config(session, cloud["id"], config)
    await add(compliance, moto_url)
    shown = {c["name"]: c for c in (await compliance.get("inventories"))["items"]}
    assert {name: c["state"] for name, c in shown.items()} == {"address": "failed", "keys": "failed", "main": "ok"}
    said = {name: (c["steps"][0]["step"], c["steps"][0]["detail"]) for name, c in shown.items()}
    assert said["address"] == ("credentials", "Invalid endpoint: http://a_b")
    assert said["keys"][0] == "access"
    assert "access_key_id and secret_access_key go together" in said["keys"][1]


@pytest.mark.parametrize("what", ["listed by another worker", "removed"])
async def test_a_cloud_that_is_listed_or_removed_while_the_one_before_is_read_is_left_alone(
    compliance: Compliance, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    clouds = [(await compliance.ask("POST", "inventories", 201, json={"name": name}))["id"] for name in ("a", "b")]
    read: list[str] = []

    async def listed(_: Context, row: InventoryRow) -> Listed:
        read.append(row.id)
        if len(read) == 1 and what == "removed":
            [other] = set(clouds) - {row.id}
            await compliance.ask("DELETE", f"inventories/{other}", 204)
        elif len(read) == 1:
            async with compliance.with_keys(new_key()) as other_worker:
                await other_worker.job("list clouds")
        return [], [], []

    monkeypatch.setattr("fincc.compliance.usecases.inventories._listed", listed)
    await compliance.job("list clouds")
    assert len(read) == len(set(read)) == (1 if what == "removed" else 2)


async def test_a_region_of_a_bill_that_aws_has_not_is_a_step_and_the_others_are_read(
    compliance: Compliance, moto_url: str, aws: Make
) -> None:
    await compliance.bill(usage(2, ResourceId=["a", "b"], RegionId=["US East (Ohio)", REGION]))
    run_instance(aws)
    await compliance.ask("POST", "inventories", 201, json={"name": "main", "endpoint_url": moto_url})
    await compliance.job("list clouds")
    [cloud] = (await compliance.get("inventories"))["items"]
    assert (cloud["state"], cloud["resources"] > 0) == ("partial", True)
    assert all("US East (Ohio)" in step["step"] for step in cloud["steps"] if not step["ok"])


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:5000", "https://aws.example.com/", "http://localhost", "http://[::1]:1"]
)
async def test_addresses_of_hosts_are_taken(compliance: Compliance, url: str) -> None:
    added = await compliance.ask("POST", "inventories", 201, json={"name": "main", "endpoint_url": url})
    assert added["endpoint_url"] == url
