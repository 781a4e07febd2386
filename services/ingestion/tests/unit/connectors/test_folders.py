"""What a source that is a folder may read of the machine, and what is told of a file that is no bill."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import BadDelivery, Connector, SourceAuthError

from .bills import as_csv
from .focus_bills import focus_row

SECRET = "c2VjcmV0LW9mLXRoZS1wbGF0Zm9ybQ"


def source(location: Path, kind: str = "focus_file") -> Connector:
    return connectors.create(kind, str(location), {})


@pytest.fixture
def bills(tmp_path: Path) -> Path:
    (tmp_path / "bills").mkdir()
    (tmp_path / "bills" / "bill.csv").write_bytes(as_csv([focus_row("2026-10")]))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "bill.csv").write_bytes(as_csv([focus_row("2026-09")]))
    return tmp_path / "bills"


@pytest.mark.parametrize("kind", ["aws_cur", "focus_file"])
@pytest.mark.parametrize("content", ["k1:%s\n", "-----BEGIN PRIVATE KEY-----\n%s\n", "a,%s\n1,%s\n", "PASSWORD=%s\0"])
def test_nothing_of_a_file_that_is_no_bill_is_told(kind: str, content: str, tmp_path: Path) -> None:
    (tmp_path / "secret-keys").write_text(content.replace("%s", SECRET))
    with pytest.raises(BadDelivery) as refused:
        source(tmp_path / "secret-keys", kind).deliveries()
    steps = [step.detail for step in source(tmp_path / "secret-keys", kind).check()]
    assert SECRET not in " ".join([str(refused.value), *steps])


def test_only_the_folders_that_are_named_are_read(bills: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINCC_INGESTION_FOLDERS", f"/srv/bills, {bills}")
    assert [d.billing_period for d in source(bills).deliveries()] == ["2026-10"]
    assert [d.billing_period for d in source(bills / "bill.csv").deliveries()] == ["2026-10"]
    for elsewhere in (bills.parent / "other", bills / ".." / "other" / "bill.csv", bills.parent, Path("/etc/passwd")):
        with pytest.raises(SourceAuthError, match="FINCC_INGESTION_FOLDERS"):
            source(elsewhere).deliveries()


def test_a_link_does_not_lead_out_of_them(bills: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINCC_INGESTION_FOLDERS", str(bills))
    (bills / "more.csv").symlink_to(bills.parent / "other" / "bill.csv")
    with pytest.raises(SourceAuthError, match=r"more\.csv: lies in none of the folders"):
        source(bills).deliveries()
    with pytest.raises(SourceAuthError):
        source(bills / "more.csv").deliveries()


def test_a_file_named_without_a_setting_is_read_wherever_it_lies(bills: Path) -> None:
    assert [d.billing_period for d in source(bills.parent / "other").deliveries()] == ["2026-09"]


def test_names_inside_a_zip_lead_nowhere(tmp_path: Path) -> None:
    """The members are read from the archive and written to no file."""
    (tmp_path / "bills").mkdir()
    rows = as_csv([focus_row("2026-10")])
    with zipfile.ZipFile(tmp_path / "bills" / "bill.csv.zip", "w") as archive:
        archive.writestr("../../../../../../tmp/escaped.csv", rows)
    there = set(tmp_path.rglob("*"))
    found = source(tmp_path / "bills")
    [delivery] = found.deliveries()
    assert sum(native.table.num_rows for native in found.read(delivery)) == 1
    assert set(tmp_path.rglob("*")) == there
    assert not Path("/tmp/escaped.csv").exists()
