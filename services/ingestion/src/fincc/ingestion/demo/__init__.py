"""The bill of a demo company: a generated, deterministic usage report, with the organisation and the rules to it.

Importing this package is light; the generator is loaded when it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class PeriodTotals:
    """The current delivery of one month; amounts are decimal text."""

    billing_period: str
    rows: int
    unblended_by_line_item_type: dict[str, str]
    billed: str
    effective: str
    expected_by_team: dict[str, str]  # whom the rules should find, with Unattributable


@dataclass(frozen=True)
class WindowTotals:
    """Days `start` to `last` (inclusive), each line on the UTC date of its usage start."""

    start: str
    last: str
    billed: str
    effective: str
    billed_by_true_team: dict[str, str]  # who caused it
    expected_by_team: dict[str, str]  # whom the rules should find, with Unattributable
    expected_effective_by_team: dict[str, str]


@dataclass(frozen=True)
class DemoTotals:
    as_of: str
    currency: str
    rows: int
    billed: str
    effective: str
    periods: tuple[PeriodTotals, ...]
    last_30_days: WindowTotals
    previous_30_days: WindowTotals


def write_demo_bill(out_dir: Path, as_of: date, progress: Progress | None = None) -> DemoTotals:
    """Write the bill as of `as_of` (today; it ends the day before) to `out_dir`, which stands for the root of a bucket.

    Beside the report's tree: hierarchy.yaml, catalog.yaml, rules.yaml, policy.yaml and expected-totals.json (what is
    returned). An
    earlier demo bill in the folder is replaced. `progress(done, total)` counts deliveries. Raises ValueError for a date
    outside the company's life, OSError when the folder cannot be written.
    """
    from fincc.ingestion.demo.bill import write_bill

    return write_bill(out_dir, as_of, progress)


def deliver(written: Path, target: Path) -> Iterator[None]:
    """Bring the bucket in `target` up to date with a written demo bill in two steps, one for each item: as it was before
    the late restatement of a closed month, then as it is now. What is there already stays; when nothing is missing for
    the first step it is left out.
    """
    from fincc.ingestion.demo.deliveries import before_restatement, deliveries, lay_down

    if lay_down(written, target, before_restatement(written)):
        yield
    lay_down(written, target, deliveries(written)[-1].delivered_at)
    yield
