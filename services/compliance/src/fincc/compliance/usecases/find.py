"""Scanning: judge every resource of the bills and clouds, and bring the findings up to date, all at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
import orjson
import pyarrow as pa
from sqlalchemy.engine import RowMapping

from fincc.common import leases
from fincc.common.archive import Archive
from fincc.common.aside import aside
from fincc.common.days import to_date, to_day
from fincc.common.hierarchy import TEAM, Catalog
from fincc.common.ids import derived_id
from fincc.common.memory import give_back
from fincc.common.ownership import NOBODY_YET, Owner, OwnerChoice
from fincc.common.period import Days
from fincc.common.projection import EncodedBatch
from fincc.common.rules.guess import SURE
from fincc.common.rules.tag_policy import Judge, read_policy
from fincc.common.vocabulary import Vocabulary
from fincc.compliance.domain.finder import Books, Findings, Found, find, judge_all
from fincc.compliance.domain.known_keys import NEVER
from fincc.compliance.domain.owners import Owning
from fincc.compliance.domain.spend import Spend
from fincc.compliance.repository import findings, key_files, state
from fincc.compliance.repository.state import State
from fincc.compliance.usecases import inventories
from fincc.compliance.usecases.basis import Basis, basis
from fincc.compliance.usecases.context import Context

log = logging.getLogger(__name__)

JOB, SUBJECT = "find", "all"
LEASE = timedelta(seconds=60)  # renewed while a scan lasts; a finder that was killed is waited for so long
AT_ONCE = 10_000  # findings written down together; all of them as text would be the largest thing in memory


async def run(context: Context, is_busy: Callable[[], bool]) -> bool:
    """Scan when anything has changed since the last scan; returns whether one was made. While a bill is coming in
    (`is_busy`) a scan would be outdated at once."""
    if is_busy():
        return False
    now_from = await basis(context)
    async with context.database.read() as session:
        last = await state.get(session)
    if now_from is None or now_from.text == last.basis:
        return False
    async with leases.held(context.database, context.clock, JOB, SUBJECT, context.worker, LEASE) as lease:
        if lease is None:
            return False
        await _scan(context, now_from)
    await aside(give_back)
    return True


async def _scan(context: Context, made_from: Basis) -> None:
    begun = time.monotonic()
    result, missing = await aside(scan, context, made_from)
    await aside(give_back)  # of the columns, before all findings are written down
    now = context.clock.now()
    async with context.database.write() as session:
        await state.lock(session)
        await findings.clear_stage(session)
        for begin in range(0, len(result.found), AT_ONCE):
            table = await aside(to_table, result.found[begin : begin + AT_ONCE])
            await findings.stage(session, table)
        gone = await findings.vanished(session)
        reasons = {} if missing else {row["id"]: _why_closed(row, result, made_from) for row in gone}
        await findings.merge(session, made_from.policy_version, now)
        await findings.close(session, reasons, now)
        await findings.replace_coverage(
            session, [(line.currency, line.kind, line.why or "", line.cost, line.resources) for line in result.lines]
        )
        days = made_from.days
        done = State(
            made_from.policy_version,
            made_from.text,
            now,
            time.monotonic() - begun,
            result.resources,
            made_from.policy_version,
            days.start if days else None,
            days.last if days else None,
            [*missing, *(line for s in made_from.inventory for line in s.missing)],
            made_from.requested,
        )
        await state.note_scan(session, done)
    log.info(
        "tags were judged",
        extra={"resources": result.resources, "findings": len(result.found), "seconds": round(done.duration_s or 0, 1)},
    )


def scan(context: Context, made_from: Basis) -> tuple[Findings, list[str]]:
    """Read and judge; work for a thread. Also returns the billing periods whose records could not be read."""
    day_range = made_from.days or Days.ending_at(context.clock.now().date(), 1)
    spend = Spend(to_day(day_range.start), to_day(day_range.last))
    archive, missing = Archive(context.objects), []
    for snapshot in made_from.wanted:
        key = (snapshot.source_id, snapshot.billing_period, snapshot.version)
        if not archive.exists(*key):
            missing.append(f"{snapshot.source_name} {snapshot.billing_period}: its archive is not there any more")
            continue
        for _, data in archive.parts(*key):
            spend.add(EncodedBatch(data))
    books = _books(context, made_from, spend)
    del spend  # what the books hold of it stays
    give_back()
    judge, owning = make_judge(made_from.policy, made_from.catalog, context)
    judged = judge_all(books, inventories.load(context, made_from.inventory), judge)
    give_back()  # of what judging took, the inventory with it, or describing would come on top
    return find(judged, owning), missing


def make_judge(policy: str, catalog: Catalog, context: Context) -> tuple[Judge, Owning]:
    """Raises DocumentError for a policy with mistakes."""
    hierarchy = catalog.as_of(context.clock.now().date())
    teams = [word for node in hierarchy.of_type(TEAM) for word in (node.id, node.name)]
    return Judge(read_policy(policy), teams), Owning.of(hierarchy, catalog.service_teams)


def _books(context: Context, made_from: Basis, spend: Spend) -> Books:
    """Owners as the document says, else as the newest part did; first days over all months that were ever delivered."""
    n = len(spend)
    low, high = spend.index.words
    part_owners: Vocabulary[Owner] = Vocabulary([NOBODY_YET])
    part_owner = np.zeros(n, np.int32)
    first_seen, last_seen = (days.copy() for days in spend.days())
    for snapshot in made_from.all_of if n else ():
        assert snapshot.keys_path is not None
        try:
            stored = key_files.read(context.objects, snapshot.keys_path)
        except FileNotFoundError:
            continue  # replaced this moment; the next scan reads the new one
        slots = spend.index.find(stored.low, stored.high)
        known = np.flatnonzero(slots >= 0)
        at = slots[known]
        part_owner[at] = part_owners.codes(stored.owners)[stored.owner[known]]
        first_seen[at] = np.minimum(first_seen[at], stored.first_day[known])
    choice = OwnerChoice(made_from.ownership)
    owners = choice.choose(low, high, part_owner, part_owners.values) if n else np.zeros(0, np.int32)
    assert not n or int(first_seen.max()) < NEVER
    return Books(
        spend.attributes(),
        spend.totals(),
        first_seen,
        last_seen,
        owners,
        choice.owners.values,
        spend.account_names,
        spend.first,
    )


def _why_closed(row: RowMapping, result: Findings, made_from: Basis) -> str:
    identity = (row["account"], row["service"], row["resource_id"])
    if identity in result.good:
        is_same = row["policy_version"] == made_from.policy_version
        return "tagged" if is_same else f"satisfies version {made_from.policy_version} of the policy"
    if identity in result.deleted:
        return "deleted in the cloud"
    return "not seen any more"


def finding_id(found: Found) -> str:
    return derived_id("finding", found.account, found.service, found.resource_id)


def to_table(found: Sequence[Found]) -> pa.Table:
    """The rows of the table `found`."""
    guesses: dict[int, tuple[str | None, float | None, str]] = {}
    rows = [(finding_id(f), *_row(f, guesses)) for f in found]
    names = ("id", *findings.DESCRIBING)
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table({name: pa.array(column, _TYPES.get(name)) for name, column in zip(names, columns, strict=True)})


_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("id", *findings.DESCRIBING), pa.string()),
    "cost": pa.decimal128(38, 12),
    "first_seen": pa.date32(),
    "last_seen": pa.date32(),
    "in_bill": pa.bool_(),
    "in_cloud": pa.bool_(),
    "confidence": pa.float64(),
}


def _row(f: Found, guesses: dict[int, tuple[str | None, float | None, str]]) -> tuple[object, ...]:
    suggested, confidence, candidates = _guess_of(f, guesses)
    return (
        f.resource_id,
        f.name,
        f.type,
        f.service,
        f.account,
        f.account_name,
        f.region,
        _array_literal([v.key for v in f.violations]),
        orjson.dumps([_violation(v) for v in f.violations]).decode(),
        f.cost,
        f.currency,
        to_date(f.first_seen),
        to_date(f.last_seen),
        f.in_bill,
        f.in_cloud,
        f.tags,
        f.owner[0],
        f.owner[2],
        suggested,
        confidence,
        candidates,
    )


def _violation(v: object) -> dict[str, object]:
    return {name: getattr(v, name) for name in ("key", "verdict", "found_key", "found_value")}


def _guess_of(
    f: Found, guesses: dict[int, tuple[str | None, float | None, str]]
) -> tuple[str | None, float | None, str]:
    """Resources that were guessed together share their candidates, which are written down once."""
    known = guesses.get(id(f.candidates))
    if known is None:
        first = f.candidates[0] if f.candidates else None
        is_sure = first is not None and first.confidence >= SURE
        written = [
            {
                "team": c.team,
                "confidence": c.confidence,
                "evidence": [{"kind": e.kind, "strength": e.strength, "text": e.text} for e in c.evidence],
            }
            for c in f.candidates
        ]
        known = guesses[id(f.candidates)] = (
            first.team if first is not None and is_sure else None,
            first.confidence if first is not None else None,
            orjson.dumps(written).decode(),
        )
    return known


def _array_literal(values: Sequence[str]) -> str:
    """Text of a PostgreSQL array."""
    quoted = ('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values)
    return "{" + ",".join(quoted) + "}"
