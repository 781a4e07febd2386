"""Tag policies: publish one, and say beforehand what it would find."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any

from sqlalchemy.engine import RowMapping

from fincc.common import audit
from fincc.common.aside import aside
from fincc.common.auth import Subject
from fincc.common.problem import Outdated, UnknownVersion, bad_document
from fincc.common.rules.tag_policy import TagPolicy, read_policy
from fincc.common.yaml_files import DocumentError
from fincc.compliance.domain.finder import COMPLIANT, UNTAGGABLE, Findings
from fincc.compliance.repository import state
from fincc.compliance.usecases import find
from fincc.compliance.usecases.basis import basis, basis_for
from fincc.compliance.usecases.context import Context


def default_document() -> str:
    """The policy to begin with."""
    return (resources.files("fincc.compliance.domain") / "default_policy.yaml").read_text("utf-8")


@dataclass(frozen=True)
class Published:
    """Version 0: none is, and `document` is the one to begin with."""

    version: int
    document: str
    row: RowMapping | None

    @property
    def policy(self) -> TagPolicy:
        return read_policy(self.document)


async def get(context: Context, version: int | None = None) -> Published:
    """The policy in force, or a version of it."""
    async with context.database.read() as session:
        active = (await state.get(session)).policy_version
        row = await state.find_policy(session, active if version is None else version)
    if row is not None:
        return Published(row["version"], row["content"], row)
    if version or active:
        raise UnknownVersion(f"there is no version {version} of the policy; see /policies for those there are")
    return Published(0, default_document(), None)


async def publish(context: Context, content: bytes, by: Subject, seen: int | None) -> Published:
    """Raises BadDocument with every mistake, and Outdated when another version than `seen` is in force."""
    text = _checked(content)
    now = context.clock.now()
    async with context.database.write() as session:
        active = (await state.lock(session)).policy_version
        row = await state.find_policy(session, active)
        if seen is not None and seen != active:
            by_whom = f" by {row['published_by']} at {row['published_at']:%Y-%m-%d %H:%M} UTC" if row else ""
            raise Outdated(f"version {active} was published{by_whom}; look at it, then publish on top of it")
        await state.publish_policy(session, active + 1, text, by.name, now)
        before = _told(active, row["content"]) if row else None
        after = _told(active + 1, text)
        await audit.record(session, context.clock, by, "policy.published", str(active + 1), before, after)
    return await get(context)


def _told(version: int, text: str) -> dict[str, Any]:
    """For the audit record: the text itself is kept with its version."""
    return {"version": version, "sha256": audit.fingerprint(text)}


@dataclass(frozen=True)
class Effect:
    """Findings and what they cost, by currency, under the policy in force and under another; and how many fail each
    required tag of the other."""

    before: int
    after: int
    cost_before: dict[str, Decimal]
    cost_after: dict[str, Decimal]
    by_key: dict[str, int]


async def test(context: Context, content: bytes) -> Effect:
    """Judge everything under another policy, without publishing it."""
    text = _checked(content)
    made_from = await basis_for(context, text)
    active = await basis(context)
    if made_from is None:
        return Effect(0, 0, {}, {}, dict.fromkeys((r.key for r in read_policy(text).required), 0))
    after, _ = await aside(find.scan, context, made_from)
    before = (await aside(find.scan, context, active))[0] if active is not None else Findings()
    failed = Counter(v.key for f in after.found for v in f.violations)
    by_key = {r.key: failed[r.key] for r in read_policy(text).required}
    return Effect(len(before.found), len(after.found), _cost(before), _cost(after), by_key)


def _cost(found: Findings) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in found.lines:
        if line.kind not in (COMPLIANT, UNTAGGABLE):
            sums[line.currency] = sums.get(line.currency, Decimal(0)) + line.cost
    return sums


def _checked(content: bytes) -> str:
    try:
        read_policy(content)
    except DocumentError as error:
        raise bad_document(error) from error
    return content.decode("utf-8-sig")
