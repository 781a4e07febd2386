"""Inventories of several clouds as one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from fincc.compliance.domain.inventory import Area, CloudResource, Inventory, merge, to_batch

OLD, NEW = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
ARN = "arn:aws:ec2:eu-west-1:1:instance/i-0123456789abcdef0"


def resource(id_: str, account: str = "1", **tags: str) -> CloudResource:
    return CloudResource(id_, "ec2:instance", account, "eu-west-1", tags)


def test_of_what_two_clouds_list_the_later_scan_counts() -> None:
    area = Area("1", "eu-west-1", frozenset({"ec2:instance"}))
    before = to_batch([resource("a", team="old"), resource("b"), resource("a", account="2")])
    after = to_batch([resource("c"), resource("a", team="new")])
    both = merge([(NEW, after, [area], []), (OLD, before, [], ["not allowed"])])
    found = {(r.account, r.resource_id): r.tags for r in both.at(np.arange(len(both.resources)))}
    assert found == {("1", "a"): {"team": "new"}, ("1", "b"): {}, ("2", "a"): {}, ("1", "c"): {}}
    assert len(both.resources) == 4
    assert (both.scanned_on, both.missing) == (date(2026, 11, 20), ("not allowed",))
    assert both.covers("1", "eu-west-1", "ec2:instance")


def test_a_bill_may_name_a_resource_by_the_last_part_of_its_arn() -> None:
    inventory = merge([(NEW, to_batch([resource("other"), resource(ARN)]), [], [])])
    billed = ["i-0123456789abcdef0", "i-0123456789abcdef0", "unknown", None]
    assert inventory.match(["1", "2", "1", None], billed).tolist() == [1, -1, -1, -1]
    (found,) = inventory.at(np.array([1]))
    assert found.resource_id == ARN


def test_without_a_cloud_nothing_is_listed() -> None:
    for nothing in (Inventory(), merge([])):
        assert nothing.match(["1"], ["a"]).tolist() == [-1]
        assert list(nothing.at(np.zeros(0, np.intp))) == []
