"""The FOCUS 1.2 export of the demo bill before the FOCUS Foundation's validator, by all rules it has.

Some rules of its model (1.2.0.1) do not say what the specification says. Each of them stands below with the reason and
with a check of our own that says what the specification asks.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from fincc.common.testing.focus_validator import Verdict, validate
from fincc.common.testing.peers import PeerMissing, not_run

from .conftest import Bill
from .harness import OneProcess

CLOSED, OPEN = "2026-10", "2026-11"


def _unpaid_third_parties(table: pa.Table) -> pa.Array:
    """Nothing is billed where somebody else than the issuer of the bill is paid; on a bill of AWS, AWS is paid for all."""
    return pc.and_(
        pc.invert(pc.starts_with(table["InvoiceIssuerName"], "Amazon Web Services")),
        pc.not_equal(table["BilledCost"], 0),
    )


def _unspread_purchases(table: pa.Table) -> pa.Array:
    """A purchase that covers later charges has no effective cost of its own: the fees of commitments."""
    return pc.and_(
        pc.and_(pc.equal(table["ChargeCategory"], "Purchase"), pc.is_valid(table["CommitmentDiscountId"])),
        pc.not_equal(table["EffectiveCost"], 0),
    )


def _usage_without_status(prefix: str) -> Callable[[pa.Table], pa.Array]:
    def wrong(table: pa.Table) -> pa.Array:
        """Usage that belongs to a commitment or reservation says whether it was used; nothing else does."""
        needed = pc.and_(pc.is_valid(table[f"{prefix}Id"]), pc.equal(table["ChargeCategory"], "Usage"))
        return pc.xor(needed, pc.is_valid(table[f"{prefix}Status"]))

    return wrong


def _invoice_when_closed(table: pa.Table) -> pa.Array:
    """The closed month has an invoice on each row, the running one on none."""
    is_closed = pc.less(table["BillingPeriodStart"], pa.scalar(_start(OPEN), table["BillingPeriodStart"].type))
    return pc.xor(is_closed, pc.is_valid(table["InvoiceId"]))


def _start(period: str) -> object:
    from fincc.common.period import BillingPeriod, midnight

    return midnight(BillingPeriod.parse(period).start)


# Rule → why the validator's own check cannot hold, and rows that break what the specification says.
WRONG_RULES: dict[str, tuple[str, Callable[[pa.Table], pa.Array]]] = {
    "BilledCost-C-005-C": (
        "takes every provider whose name differs from the issuer's for a third party that is paid: a seller on the"
        " marketplace, and Amazon Web Services next to Amazon Web Services, Inc.",
        _unpaid_third_parties,
    ),
    "EffectiveCost-C-005-C": ("takes every purchase for one that covers later charges", _unspread_purchases),
    "CommitmentDiscountStatus-C-004-C": (
        "has its condition upside down: looks at the rows without a commitment",
        _usage_without_status("CommitmentDiscount"),
    ),
    "CapacityReservationStatus-C-004-C": (
        "its condition names no check function and is ignored: looks at all rows",
        _usage_without_status("CapacityReservation"),
    ),
    "InvoiceId-C-004-C": ("has no condition: wants no invoice anywhere", _invoice_when_closed),
    "InvoiceId-C-005-C": ("has no condition: wants an invoice everywhere", _invoice_when_closed),
}
# CSV has no types, and the validator takes a text of digits for a number.
UNTYPED = {f"{column}-C-001-M" for column in ("BillingAccountName", "InvoiceId", "SubAccountId", "SubAccountName")} | {
    "BillingAccountId-C-002-M"
}


@pytest.fixture(scope="module")
def exports(bill: Bill, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the exports of a closed month and of the running one."""
    folder = tmp_path_factory.mktemp("exports")
    report = next((bill.folder / "cur").iterdir())
    for period in (CLOSED, OPEN):
        month = next(report.glob(f"{period.replace('-', '')}01-*"))
        shutil.copytree(month, folder / "cur" / report.name / month.name)
    with OneProcess(folder) as platform:
        platform.add_bill(folder / "cur")
        platform.ingest()
        for name in (f"{CLOSED}.parquet", f"{OPEN}.parquet", f"{CLOSED}.csv"):
            out = str(folder / name)
            platform.ok("export", "focus", "--version", "1.2", "--period", name[:7], "--out", out)
    return folder


def verdict(file: Path) -> Verdict:
    try:
        return validate(file, "1.2")
    except PeerMissing as missing:
        not_run(str(missing), optional=True)


@pytest.mark.parametrize("name", [f"{CLOSED}.parquet", f"{OPEN}.parquet", f"{CLOSED}.csv"])
def test_the_export_passes_the_validator_of_the_focus_foundation(exports: Path, name: str) -> None:
    got = verdict(exports / name)
    allowed = set(WRONG_RULES) | (UNTYPED if name.endswith(".csv") else set())
    assert got.failed - allowed == set()
    assert len(got.passed) > 300


@pytest.mark.parametrize("rule", list(WRONG_RULES))
@pytest.mark.parametrize("period", [CLOSED, OPEN])
def test_where_the_validator_is_wrong_the_export_does_what_the_specification_says(
    exports: Path, rule: str, period: str
) -> None:
    table = pq.read_table(exports / f"{period}.parquet")
    _, wrong = WRONG_RULES[rule]
    assert table.num_rows > 1000
    assert not pc.any(wrong(table)).as_py()


def test_the_validator_finds_a_wrong_value(exports: Path, tmp_path: Path) -> None:
    table = pq.read_table(exports / f"{CLOSED}.parquet")
    column = pa.array(["Consumption"] * table.num_rows)
    pq.write_table(
        table.set_column(table.schema.names.index("ChargeCategory"), "ChargeCategory", column), tmp_path / "f.parquet"
    )
    assert any(rule.startswith("ChargeCategory") for rule in verdict(tmp_path / "f.parquet").failed)
