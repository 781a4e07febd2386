"""A delivery read in a process of its own gives what it gives in this one, and never leaves that process behind."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fincc.ingestion import connectors
from fincc.ingestion.connectors.aws_cur import AwsCur
from fincc.ingestion.connectors.base import BadDelivery, Connector, Delivery, SourceUnavailable
from fincc.ingestion.connectors.files.config import FilesConfig
from fincc.ingestion.domain.parts import EncodedPart
from fincc.ingestion.reading.apart import read_apart
from fincc.ingestion.reading.steps import BatchEnd, Cut, read_here

from ..unit.connectors import trees
from ..unit.connectors.bills import as_csv, dates, gz, legacy_manifest, month, put, row
from .processes import children

pytestmark = pytest.mark.usefixtures("nobody_is_left")

CUT = Cut(part_bytes=760_000, part_rows=400, part_window_rows=500, share_bytes=1)
KEY = f"P/R/{dates('2026-01')}/R-00001.csv.gz"
MANIFEST = f"P/R/{dates('2026-01')}/R-Manifest.json"


def bill(folder: Path, lines: int = 3000) -> tuple[Connector, Delivery]:
    rows = [*month("2026-01"), *(row(ResourceId=f"i-{i}", UnblendedCost=f"{i}.25") for i in range(lines))]
    put(folder / "bill.csv", as_csv([*rows, row(UnblendedCost="many")]))
    connector = connectors.create("aws_cur", str(folder), {})
    return connector, connector.deliveries()[-1]


def test_the_steps_are_the_same(tmp_path: Path) -> None:
    connector, delivery = bill(tmp_path)
    here, apart = list(read_here(connector, delivery, CUT)), list(read_apart(connector, delivery, CUT))
    assert [type(step) for step in apart] == [type(step) for step in here]
    for ours, theirs in zip(here, apart, strict=True):
        if isinstance(ours, EncodedPart):
            assert isinstance(theirs, EncodedPart)
            assert theirs.data == ours.data
            assert theirs.totals == ours.totals
            assert theirs.contents.resources.tolist() == ours.contents.resources.tolist()
        else:
            assert isinstance(theirs, BatchEnd)
            assert (theirs.mapped, theirs.bytes_done) == (ours.mapped, ours.bytes_done)
    last = apart[-1]
    assert isinstance(last, BatchEnd)
    assert last.bytes_done == delivery.size_bytes
    assert last.report.billed_basis == "unblended"
    assert [b.reason for s in apart if isinstance(s, BatchEnd) for b in s.mapped.bad]


def test_what_is_wrong_with_a_delivery_is_said_as_ever(tmp_path: Path) -> None:
    whole = gz(as_csv([row(ResourceId=f"i-{i}-{i**7}") for i in range(2000)]))
    trees.write({KEY: whole[: len(whole) // 2], MANIFEST: legacy_manifest("2026-01", [KEY])}, tmp_path)
    connector = connectors.create("aws_cur", str(tmp_path), {})
    with pytest.raises(BadDelivery, match="cut off"):
        list(read_apart(connector, connector.deliveries()[-1], CUT))


def test_the_other_process_ends_when_nobody_wants_more(tmp_path: Path) -> None:
    before = children()
    steps = read_apart(*bill(tmp_path, 20_000), CUT)
    next(steps)
    assert len(children() - before) == 1
    steps.close()
    assert children() == before


def test_reading_yields_the_cpu_to_those_who_ask(tmp_path: Path) -> None:
    before = children()
    steps = read_apart(*bill(tmp_path, 20_000), CUT)
    next(steps)
    (reader,) = children() - before
    assert os.getpriority(os.PRIO_PROCESS, reader) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    steps.close()


def test_a_process_that_is_killed_makes_the_source_unavailable_for_now(tmp_path: Path) -> None:
    before = children()
    steps = read_apart(*bill(tmp_path, 60_000), CUT)
    next(steps)
    (reader,) = children() - before
    os.kill(reader, signal.SIGKILL)
    with pytest.raises(SourceUnavailable, match="SIGKILL, perhaps for want of memory"):
        list(steps)


OWNER = """
import os, signal, sys
from pathlib import Path
from fincc.ingestion import connectors
from fincc.ingestion.reading.apart import read_apart
from fincc.ingestion.reading.steps import Cut
source = connectors.create("aws_cur", sys.argv[1], {})
steps = read_apart(source, source.deliveries()[-1], Cut(760_000, 400, 500, 1))
next(steps)
print(Path(f"/proc/self/task/{os.getpid()}/children").read_text(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_reader_whose_owner_is_gone_ends_by_itself(tmp_path: Path) -> None:
    bill(tmp_path, 60_000)
    owner = subprocess.run([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True, check=False)
    assert owner.returncode == -signal.SIGKILL
    command, deadline = Path(f"/proc/{int(owner.stdout)}/cmdline"), time.monotonic() + 20
    while command.exists() and command.read_bytes():
        assert time.monotonic() < deadline, "it still runs"
        time.sleep(0.05)


def test_a_file_source_travels_as_its_configuration() -> None:
    source = AwsCur(FilesConfig(location="s3://bucket/prefix", region="eu-west-1"))
    copy = pickle.loads(pickle.dumps(source))
    assert isinstance(copy, AwsCur)
    assert copy.config == source.config
