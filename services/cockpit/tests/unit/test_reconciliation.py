"""The verdicts of the reconciliation."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fincc.cockpit.domain.reconciliation import NO_CURRENCY, Delivery, HopRow, is_all_ok, judge

AT = datetime(2026, 12, 1, tzinfo=UTC)
LATER = datetime(2026, 12, 2, tzinfo=UTC)


def usd(amount):
    return {"USD": Decimal(amount)}


DELIVERY = Delivery("src", "aws", "2026-11", 7, AT, True, "unblended", 10, 0, 10, usd("100.01"), {})


def hops(raw="100.01", enriched="100.01", cockpit="100.01"):
    given = {"raw": raw, "enriched": enriched, "cockpit": cockpit}
    return {h: HopRow(h, True, LATER, usd(v)) for h, v in given.items() if v is not None}


def test_all_hops_equal_is_complete_and_zero():
    (verdict,) = judge(DELIVERY, hops())
    assert (verdict.status, verdict.difference, verdict.first_difference_hop) == ("complete", 0, None)
    assert is_all_ok([verdict])


@pytest.mark.parametrize(
    ("amounts", "hop", "difference"),
    [
        ({"raw": "100", "enriched": "100", "cockpit": "100"}, "raw", "0.01"),
        ({"enriched": "100", "cockpit": "100"}, "enriched", "0.01"),
        ({"cockpit": "100.02"}, "cockpit", "-0.01"),
        ({"enriched": "100"}, "enriched", "0"),
    ],
)
def test_the_first_hop_that_differs_is_named(amounts, hop, difference):
    (verdict,) = judge(DELIVERY, hops(**amounts))
    assert (verdict.first_difference_hop, verdict.difference) == (hop, Decimal(difference))


def test_a_quarantined_amount_is_no_difference():
    delivery = replace(DELIVERY, rows_quarantined=1, source_billed=usd("110.01"), quarantined=usd(10))
    (verdict,) = judge(delivery, hops())
    assert (verdict.status, verdict.difference) == ("incomplete", 0)
    assert not is_all_ok([verdict])


def test_an_unreadable_quarantined_amount_leaves_the_difference_unknown():
    delivery = replace(DELIVERY, rows_quarantined=1, quarantined=None)
    (verdict,) = judge(delivery, hops())
    assert (verdict.difference, verdict.quarantined, verdict.first_difference_hop) == (None, None, None)


@pytest.mark.parametrize(
    ("missing", "hop", "since"), [("raw", "raw", AT), ("enriched", "enriched", LATER), ("cockpit", "cockpit", LATER)]
)
def test_the_hop_that_has_not_got_it_is_pending(missing, hop, since):
    (verdict,) = judge(DELIVERY, hops(**{missing: None}))
    assert (verdict.status, verdict.pending_hop, verdict.pending_since) == ("pending", hop, since)
    assert not is_all_ok([verdict])


def test_what_does_not_count_is_no_failure():
    (verdict,) = judge(replace(DELIVERY, counted=False), hops(cockpit="1"))
    assert verdict.status == "overlapping"
    assert is_all_ok([verdict])


def test_each_currency_is_judged_apart():
    delivery = replace(DELIVERY, source_billed={"USD": Decimal(1), "EUR": Decimal(2)})
    both = {h: HopRow(h, True, AT, {"USD": Decimal(1), "EUR": Decimal(3)}) for h in ("raw", "enriched", "cockpit")}
    verdicts = judge(delivery, both)
    assert [(v.currency, v.difference) for v in verdicts] == [("EUR", -1), ("USD", 0)]


def test_a_first_delivery_that_is_still_open_is_pending_without_figures():
    (verdict,) = judge(Delivery("src", "aws", "2026-11", 7, AT, True), {})
    assert (verdict.status, verdict.pending_hop, verdict.currency) == ("pending", "raw", NO_CURRENCY)
    assert (verdict.source_billed, verdict.difference) == (None, None)
