"""The tree of a demo bill as it was at an earlier time."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.layout import PREFIX, REPORT, pointer_key


@dataclass(frozen=True)
class Delivery:
    period: BillingPeriod
    assembly_id: str
    delivered_at: datetime
    folder: Path  # relative to the bucket's root
    is_current: bool


def deliveries(root: Path) -> list[Delivery]:
    """Every delivery in a written tree, oldest first. `root` is the folder that was given to `write_demo_bill`."""
    found = []
    for manifest in root.glob(f"{PREFIX}/{REPORT}/*/*/{REPORT}-Manifest.json"):
        folder = manifest.parent
        start = folder.parent.name[:8]
        pointer = json.loads((folder.parent / manifest.name).read_text())
        found.append(
            Delivery(
                BillingPeriod(int(start[:4]), int(start[4:6])),
                folder.name,
                datetime.strptime(folder.name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
                folder.relative_to(root),
                pointer["assemblyId"] == folder.name,
            )
        )
    return sorted(found, key=lambda delivery: (delivery.delivered_at, delivery.period))


def before_restatement(root: Path) -> datetime:
    """The last moment at which no closed month of the tree had been restated: one is delivered again after an invoice."""
    closed: set[BillingPeriod] = set()
    found = deliveries(root)
    for delivery in found:
        if delivery.period in closed:
            return delivery.delivered_at - timedelta(seconds=1)
        if delivery.delivered_at.date() >= delivery.period.end:
            closed.add(delivery.period)
    return found[-1].delivered_at


def lay_down(root: Path, target: Path, upto: datetime) -> list[Delivery]:
    """Copy to `target` what the bucket held at `upto`: deliveries until then, and pointers to the newest of each month.

    Calling it again with a later time brings the tree forward. Gives the deliveries that are new in `target`.
    """
    added = []
    for delivery in deliveries(root):
        if delivery.delivered_at > upto or (target / delivery.folder).exists():
            continue
        shutil.copytree(root / delivery.folder, target / delivery.folder)
        shutil.copy2(root / delivery.folder / f"{REPORT}-Manifest.json", target / pointer_key(delivery.period))
        added.append(delivery)
    return added
