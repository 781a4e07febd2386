"""The audit record: who changed what, from where and when; one hash chain per service, in the service's own schema.

An entry is written in the transaction of the change it tells, so neither is there without the other. Each entry's hash
covers all its fields and the hash of the entry before, so that what was changed, taken out or put between later does
not fit any more (`fincc.common.audit_reading` looks). The service's role may add entries and read them, nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, DateTime, Index, LargeBinary, MetaData, Table, Text, insert, text
from sqlalchemy.dialects.postgresql import JSONB

from fincc.common.auth import Subject
from fincc.common.clock import Clock
from fincc.common.db import WriteSession, role_of
from fincc.common.problem import trace_id

ACTIONS: dict[str, str] = {
    "session.started": "Signed in",
    "session.refused": "Sign-in failed",
    "session.ended": "Signed out",
    "user.created": "User made",
    "user.password_changed": "Password changed",
    "user.password_reset": "Password reset by an admin",
    "user.disabled": "User disabled",
    "user.enabled": "User enabled",
    "user.sessions_ended": "Sessions of a user ended by an admin",
    "role.given": "Role given",
    "role.taken": "Role taken",
    "token.created": "API token made",
    "token.deleted": "API token deleted",
    "token.rotated": "API token given a new secret",
    "token.renamed": "API token renamed",
    "sign_in_code.created": "One-time sign-in link made",
    "source.created": "Source added",
    "source.schedule_changed": "Schedule of a source changed",
    "source.access_changed": "What a source gets in with changed",
    "source.removed": "Source removed, its costs kept",
    "source.purge_asked": "Source and its costs removed",
    "source.ingest_asked": "Ingest asked for",
    "source.rebuild_asked": "Rebuild asked for",
    "source.count_chosen": "Chosen whether a source counts",
    "secret.rotated": "Secrets wrapped with another key",
    "hierarchy.published": "Hierarchy published",
    "catalog.published": "Service catalog published",
    "rules.published": "Attribution rules published",
    "ownership.rebuild_asked": "Hierarchy, catalog and owners sent to all readers again",
    "policy.published": "Tag policy published",
    "finding.exempted": "Findings exempted",
    "finding.exemption_revoked": "Exemptions revoked",
    "finding.assigned": "Findings assigned to a team, or taken back",
    "scan.asked": "Tag scan asked for",
    "cloud.created": "Cloud added",
    "cloud.changed": "Cloud paused or resumed",
    "cloud.access_changed": "What a cloud is entered with changed",
    "cloud.scan_asked": "Listing of a cloud asked for",
    "cloud.removed": "Cloud removed",
    "dead_letter.replayed": "Dead letter replayed",
}
"""What can stand in the record. The word before the dot is the kind of thing that the entry's object is."""

MACHINE = Subject("machine", "the machine that runs this")
"""Who did what `fincc up` does for the person at its terminal, who needs no sign-in."""

NOBODY = Subject("", "nobody known")
"""Who failed to sign in under a name that no user has. The name is not kept: people type passwords there."""

START = bytes(32)
"""Stands for the hash before the first entry."""

# Of no service's metadata, since its role could not create it: see `create_table`.
audit = Table(
    "audit",
    MetaData(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3 … without gaps
    Column("at", DateTime(timezone=True), nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("subject_name", Text, nullable=False),
    Column("address", Text),  # of the client, as the gateway saw it; null: the machine itself
    Column("trace_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    comment="Append-only: the role of the service may insert and select.",
)
Index("audit_by_time", audit.c.at, audit.c.seq)

_LOCK = text("select pg_advisory_xact_lock(hashtext('audit ' || current_schema()))")
_LAST = text(
    "select current_schema() as chain, last.seq, last.hash from (select 1) as one "
    "left join (select seq, hash from audit order by seq desc limit 1) as last on true"
)
_GRANT = text("select format('grant select, insert on audit to %I', cast(:role as text))")
_TAKE_ROLE = text("select set_config('role', :role, true)")


def create_table(connection: Connection, schema: str) -> None:
    """For a migration of the service. The table belongs to whoever migrates: a role can take back any right on what is
    its own, so the service's role only gets some."""
    connection.execute(_TAKE_ROLE, {"role": "none"})
    audit.create(connection, checkfirst=True)
    connection.execute(text(connection.scalar(_GRANT, {"role": role_of(schema)}) or ""))
    connection.execute(_TAKE_ROLE, {"role": role_of(schema)})


async def record(
    session: WriteSession,
    clock: Clock,
    by: Subject,
    action: str,
    object_id: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    *,
    secrets: Collection[str] = (),
) -> None:
    """Append an entry to the chain of the session's schema. The last statement of a transaction: until it has ended,
    others that want to append to the same chain wait.

    `before` and `after` are what changed, by name: plain values, never a secret. Of the fields that `secrets` names only
    what became of them is kept: "set", "replaced" or "removed". Raises ValueError for an action that ACTIONS lacks.
    """
    if action not in ACTIONS:
        raise ValueError(f"no action {action!r}; add it to fincc.common.audit.ACTIONS")
    before, after = _without_secrets(before, after, secrets)
    await session.execute(_LOCK)
    last = await session.first(_LAST)
    assert last is not None
    entry = {
        "seq": (last["seq"] or 0) + 1,
        "at": clock.now(),
        "subject_id": _plain(by.id),
        "subject_name": _plain(by.name),
        "address": _plain(by.address),
        "trace_id": trace_id(),
        "action": action,
        "object_kind": action.partition(".")[0],
        "object_id": _plain(object_id),
        "before": _plain(before),
        "after": _plain(after),
        "previous_hash": last["hash"] or START,
    }
    await session.execute(insert(audit), {**entry, "hash": hash_of(last["chain"], entry)})


def hash_of(chain: str, entry: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical form of an entry: a JSON array of the chain's name and the fields in their order, keys of
    objects sorted, no spaces, UTF-8; the time in UTC with microseconds, the previous hash in hexadecimal."""
    told = [
        chain,
        entry["seq"],
        entry["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        *(entry[name] for name in _TOLD),
        bytes(entry["previous_hash"]).hex(),
    ]
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


_TOLD = (
    *("subject_id", "subject_name", "address", "trace_id"),
    *("action", "object_kind", "object_id", "before", "after"),
)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two states the fields that differ, as `before` and `after` of an entry."""
    differ = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in differ}, {name: after[name] for name in differ}


def fingerprint(content: str) -> str:
    """Stands for a document that is too long for an entry; the text itself is kept with the versions of the service."""
    return hashlib.sha256(content.encode()).hexdigest()


def _without_secrets(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, secrets: Collection[str]
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    old, new = dict(before or {}), dict(after or {})
    for name in secrets:
        was, became = old.pop(name, None), new.pop(name, None)
        if was != became:
            new[name] = "removed" if became is None else "set" if was is None else "replaced"
    return old or None, new or None


def _plain(value: Any) -> Any:
    """As JSON that comes back from the database as it went in: numbers but for whole ones are text, so are days and
    times, and there are none of the characters that PostgreSQL does not store."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {_plain(str(name)): _plain(of_name) for name, of_name in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [_plain(item) for item in items]
    if isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat()
    return str(value).replace("\0", "\\0").encode(errors="replace").decode()
