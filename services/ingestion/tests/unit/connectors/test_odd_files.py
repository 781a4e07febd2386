"""Files that are not what their name says: each is refused in words that name the file and what to do, within bounds."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from fincc.ingestion.connectors.base import BadDelivery
from fincc.ingestion.connectors.files import layouts, unpacking

from . import focus_bills
from .bills import LEGACY, TAGS, as_csv, as_parquet, gz, month, put, row, zipped
from .focus_bills import focus_row
from .mapped import Bill

PAGE = b"\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Your session has ended</body></html>"


def refused(folder: Path, name: str, data: bytes) -> str:
    with pytest.raises(BadDelivery) as error:
        Bill(put(folder / name, data))
    assert name in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("at", [-6, -2])  # in the checksum, in the length
def test_a_gzip_whose_checksum_or_length_is_wrong_is_refused(at: int, tmp_path: Path) -> None:
    data = bytearray(gz(as_csv(month("2026-01"))))
    data[at] ^= 0xFF
    assert "the compressed data is damaged" in refused(tmp_path, "bill.csv.gz", bytes(data))


def test_a_zip_whose_checksum_is_wrong_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("bill.csv", as_csv([row()]))
    message = refused(tmp_path, "bill.csv.zip", out.getvalue().replace(b"0.1070000000", b"9.1070000000"))
    assert "damaged (Bad CRC-32" in message


def one_page(**options: bool) -> bytes:
    """A cost of 42 in a Parquet file without compression, where it can be found and changed."""
    table = pq.read_table(io.BytesIO(as_parquet([row(UnblendedCost=str(i)) for i in range(50)], maps=True)))
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="none", use_dictionary=False, **options)
    return sink.getvalue()


def test_a_damaged_page_of_parquet_is_no_other_amount(tmp_path: Path) -> None:
    data = bytearray(one_page(write_page_checksum=True))
    assert sum(r["BilledCost"] for r in Bill(put(tmp_path / "good.parquet", bytes(data))).records) == sum(range(50))
    data[data.index(struct.pack("<d", 42.0)) + 6] ^= 0x10
    message = refused(tmp_path / "bad", "bill.parquet", bytes(data))
    assert "CRC checksum verification failed" in message
    assert "copy or export the file again" in message


@pytest.mark.parametrize("at", [-40, -1, -5])  # in the footer, in the word that ends the file, in the footer's length
def test_a_damaged_footer_of_parquet_is_refused(at: int, tmp_path: Path) -> None:
    data = bytearray(one_page())
    data[at] ^= 0xFF
    message = refused(tmp_path, "bill.parquet", bytes(data))
    assert "cannot be read as Parquet" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PAGE, "is a page of HTML or XML"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "is a page of HTML or XML"),
        (b'{"message": "Unauthorized"}', "is JSON"),
        (bytes(5000), "begins with zero bytes"),
        (b"%PDF-1.7 invoice", "is a PDF"),
        (b"\x28\xb5\x2f\xfd and more", "is packed with Zstandard"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gz, lambda data: zipped(data, "bill.csv")])
def test_what_a_browser_saved_instead_of_the_bill_is_called_by_its_name(
    data: bytes, words: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    message = refused(tmp_path, "bill.csv.gz", pack(data))
    assert words in message
    assert "Download or export the file again" in message


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(as_csv([row()]), "bill.csv"))
    for header, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the bit that says encrypted, in both places
        data[data.index(header) + flags] |= 1
    message = refused(tmp_path, "bill.csv.zip", bytes(data))
    assert "password required" in message
    assert "pack it again without a password" in message


@pytest.mark.parametrize(
    "written",
    [
        b'{"reportKeys": [1]}',
        b'{"reportKeys": "R-1.csv"}',
        b'{"reportKeys": 5}',
        b'{"reportKeys": [{"size": 1}]}',
        b"[1]",
    ],
)
def test_a_manifest_of_another_form_is_refused(written: bytes) -> None:
    with pytest.raises(BadDelivery, match=r"here: (names no data files|expected a JSON object)"):
        layouts.parse_manifest(written, "P/R/20260101-20260201/R-Manifest.json", "here")


def test_a_manifest_of_brackets_without_end_is_refused() -> None:
    with pytest.raises(BadDelivery, match="here: is not complete JSON"):
        layouts.parse_manifest(b"[" * 100_000, "R-Manifest.json", "here")


def test_a_column_of_focus_that_stands_twice_counts_once_and_is_warned_of(tmp_path: Path) -> None:
    head, cells = focus_bills.as_csv([focus_row(ChargeDescription="x")]).decode().splitlines()
    data = f"{head},ResourceId,Tags\n{cells},i-2,{{}}\n".encode()
    bill = Bill(put(tmp_path / "bill.csv", data), "focus_file")
    assert (bill.one()["ResourceId"], bill.one()["Tags/team"]) == ("i-1", "payments")
    assert bill.warnings == {"column_twice": 2}


def test_a_cost_column_of_focus_that_stands_twice_is_refused(tmp_path: Path) -> None:
    head, cells = focus_bills.as_csv([focus_row(ChargeDescription="x")]).decode().splitlines()
    path = put(tmp_path / "bill.csv", f"{head},BilledCost\n{cells},7\n".encode())
    with pytest.raises(BadDelivery, match=r"bill\.csv: has BilledCost more than once"):
        Bill(path, "focus_file")


def test_bytes_of_latin_1_are_told_by_their_first_line(tmp_path: Path) -> None:
    rows = [row(), row(), row(ResourceId="caf@"), row(ResourceId="na@ve")]
    bill = Bill(put(tmp_path / "bill.csv", as_csv(rows).replace(b"@", b"\xe9")))
    [(kind, detail)] = bill.report.warnings
    assert kind == "not_utf8"
    assert "bill.csv: bytes that are no UTF-8 were replaced from line 4 on; export it as UTF-8" in detail
    assert len(bill.records) == 4


def test_bytes_of_latin_1_in_the_header_are_warned_of(tmp_path: Path) -> None:
    data = as_csv([{**row(), f"{TAGS}user:stra@e": "x"}, row()]).replace(b"stra@e", b"stra\xdfe")
    bill = Bill(put(tmp_path / "bill.csv", data))
    assert bill.warnings == {"not_utf8": 1}
    assert [r["Tags/stra\N{REPLACEMENT CHARACTER}e"] for r in bill.records] == ["x", None]


def bomb(size: int) -> bytes:
    """A header, then blank lines: a thousandth of its size."""
    return gzip.compress(as_csv([], LEGACY) + b"\n" * size, 9, mtime=0)


def test_a_gzip_that_unpacks_to_a_thousand_times_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "ALWAYS_FINE", 4 << 20)
    message = refused(tmp_path, "bill.csv.gz", bomb(20 << 20))
    assert "unpack to more than" in message
    assert "export it in smaller files" in message


def test_a_zip_is_bound_over_all_of_its_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "ALWAYS_FINE", 4 << 20)
    monkeypatch.setattr(unpacking, "MOST_TIMES", 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(3):
            archive.writestr(f"bill-{i}.csv", as_csv([], LEGACY) + b"\n" * (2 << 20))
    assert "unpack to more than 4,194,304" in refused(tmp_path, "bill.csv.zip", out.getvalue())


def test_what_a_file_may_become_has_an_end_whatever_its_size() -> None:
    bound = unpacking.Bound("bill.csv.gz", packed=10 << 30)
    bound.add(unpacking.MOST_BYTES)
    with pytest.raises(BadDelivery, match="256 GiB"):
        bound.add(1)


@pytest.mark.slow
def test_parquet_that_claims_more_rows_than_it_can_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "FEW_ROWS", 1000)
    monkeypatch.setattr(unpacking, "MOST_ROWS_PER_BYTE", 1)
    table = pq.read_table(io.BytesIO(as_parquet([row()], maps=True)))
    sink = io.BytesIO()
    pq.write_table(table.take(pa.array([0] * 600_000)), sink, compression="zstd")
    assert "claims 600,000 rows" in refused(tmp_path, "bill.parquet", sink.getvalue())


def test_a_bill_as_repetitive_as_they_come_is_no_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "ALWAYS_FINE", 0)
    rows = [row(day=1 + i % 28, hour=i % 24) for i in range(3000)]
    assert len(Bill(put(tmp_path / "bill.csv.gz", gz(as_csv(rows)))).records) == 3000
