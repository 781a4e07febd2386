"""Cost messages for tests: valid encoded parts and seals from plain column dicts.

rows = cost_rows(3, BilledCost=["1.00", "2.50", "-0.25"], SubAccountId="111111111111", **{"Tags/team": "cards"})
for message in snapshot_messages("src_a", "2026-11", 1, rows, parts=2, owner={"x_TeamId": "cards"}):
    ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa

from fincc.common.batches import cut, encode, encode_text
from fincc.common.bus.base import Message
from fincc.common.clock import to_us
from fincc.common.events.cost_pb2 import Abort, Amount, CostBatch, CostMessage, Count, Part, Seal, Snapshot
from fincc.common.events.document_pb2 import Document
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.events.ledger_pb2 import LedgerRow
from fincc.common.focus import KEY_COLUMN, MONEY, OWNER_COLUMNS, SCHEMA_ID, TEXT, wire_type
from fincc.common.ids import derived_id
from fincc.common.keys import key_column
from fincc.common.snapshots import Sums, add_totals, totals_of, totals_to_wire

Columns = dict[str, list[Any]]

DEFAULTS: Mapping[str, Any] = {
    "BilledCost": "1.00",
    "BillingCurrency": "USD",
    "BillingAccountId": "100000000000",
    "SubAccountId": "200000000001",
    "ServiceProviderName": "AWS",
    "ServiceName": "Amazon Elastic Compute Cloud",
    "RegionId": "eu-west-1",
    "ChargeCategory": "Usage",
    "ChargePeriodStart": datetime(2026, 11, 1, tzinfo=UTC),
}


def cost_rows(n: int, **values: Any) -> Columns:
    """`n` records: a list gives one value per record, anything else is the same in all. EffectiveCost defaults to BilledCost."""
    given = {**DEFAULTS, **values}
    given.setdefault("EffectiveCost", given["BilledCost"])
    columns = {name: value if isinstance(value, list) else [value] * n for name, value in given.items()}
    wrong = [name for name, value in columns.items() if len(value) != n]
    if wrong:
        raise ValueError(f"expected {n} values in {wrong[0]}, got {len(columns[wrong[0]])}")
    return columns


def cost_columns(rows: Mapping[str, Sequence[Any]]) -> dict[str, pa.Array]:
    """The wire columns, with the attribution key."""
    columns = {name: _array(name, values) for name, values in rows.items()}
    n = len(next(iter(columns.values())))
    columns[KEY_COLUMN] = key_column(columns, n)
    return columns


def _array(name: str, values: Sequence[Any]) -> pa.Array:
    kind = wire_type(name)
    if kind == TEXT:
        return encode_text(pa.array(list(values), pa.string()))
    if kind == MONEY:
        return pa.array([None if v is None else Decimal(v) for v in values], MONEY)
    return pa.array(list(values), kind)


def owner_batch(n: int, owner: Mapping[str, Any]) -> bytes:
    """The owner stream of a part: one row per record, a list gives one value per record."""
    columns = {
        name: _array(name, value if isinstance(value, list) else [value] * n)
        for name, value in ((c, owner.get(c)) for c in OWNER_COLUMNS)
    }
    return encode(pa.record_batch(columns))


def envelope(source_id: str, period: str, version: int, kind: str, body: Any, source_name: str = "") -> Envelope:
    """A cost message in its envelope; `kind` is part, seal, abort or count."""
    snapshot = Snapshot(
        source_id=source_id, source_name=source_name or source_id, billing_period=period, version=version
    )
    seq = getattr(body, "seq", "")
    return Envelope(
        id=derived_id(source_id, period, version, kind, seq),
        producer="ingestion",
        at_us=version,
        cost=CostMessage(snapshot=snapshot, **{kind: body}),
    )


def message(topic: str, wrapped: Envelope) -> Message:
    """As a bus delivers it: cost under its snapshot's key, documents and ledger rows under their own."""
    body = wrapped.WhichOneof("body")
    if body == "document":
        return Message(topic, topic, wrapped)
    snapshot = wrapped.cost.snapshot if body == "cost" else wrapped.ledger.snapshot
    return Message(topic, f"{snapshot.source_id}|{snapshot.billing_period}", wrapped)


def snapshot_messages(
    source_id: str,
    period: str,
    version: int,
    rows: Mapping[str, Sequence[Any]],
    *,
    parts: int = 1,
    owner: Mapping[str, Any] | None = None,
    ownership_version: int = 0,
    source_name: str = "",
    **seal: Any,
) -> list[Envelope]:
    """The parts and the Seal of a snapshot, as on `enriched-cost` with `owner`, as on `raw-cost` without.

    `seal` overrides fields of the Seal; delivered_at may be given as a datetime.
    """
    columns = cost_columns(rows)
    n = len(columns[KEY_COLUMN])
    cuts = np.linspace(0, n, parts + 1).astype(int)
    out, all_totals = [], dict[str, Sums]()
    for seq in range(parts):
        start, size = int(cuts[seq]), int(cuts[seq + 1] - cuts[seq])
        batch = cut(columns, start, size)
        totals = totals_of(batch)
        add_totals(all_totals, totals)
        wire = CostBatch(focus_ipc=encode(batch), schema_id=SCHEMA_ID)
        if owner is not None:
            sliced = {k: v[start : start + size] if isinstance(v, list) else v for k, v in owner.items()}
            wire.owner_ipc = owner_batch(size, sliced)
        body = Part(seq=seq, rows=size, totals=totals_to_wire(totals), batch=wire, ownership_version=ownership_version)
        out.append(envelope(source_id, period, version, "part", body, source_name))
    out.append(envelope(source_id, period, version, "seal", seal_of(parts, n, all_totals, **seal), source_name))
    return out


def seal_of(parts: int, rows: int, totals: Mapping[str, Sums], **given: Any) -> Seal:
    """A Seal of a complete delivery with nothing quarantined; `given` overrides its fields."""
    delivered_at = given.pop("delivered_at", None)
    if delivered_at is not None:
        given["delivered_at_us"] = to_us(delivered_at)
    fields: dict[str, Any] = {
        "parts": parts,
        "rows": rows,
        "totals": totals_to_wire(totals),
        "rows_read": rows,
        "source_billed": [Amount(currency=c, amount=f"{s.billed:f}") for c, s in sorted(totals.items())],
        "quarantined_is_known": True,
        "billed_basis": "unblended",
        "counted": True,
        "delivered_at_us": to_us(datetime(2027, 1, 1, tzinfo=UTC)),
    }
    return Seal(**{**fields, **given})


def purge_message(source_id: str, period: str, version: int) -> Envelope:
    """The empty Seal that removes a period."""
    return envelope(source_id, period, version, "seal", seal_of(0, 0, {}, counted=False))


def abort_message(source_id: str, period: str, version: int, reason: str = "refused") -> Envelope:
    return envelope(source_id, period, version, "abort", Abort(reason=reason))


def count_message(source_id: str, period: str, version: int, counted: bool) -> Envelope:
    return envelope(source_id, period, version, "count", Count(counted=counted))


def ledger_message(hop: str, sealed: Envelope, status: str = "sealed", **given: Any) -> Envelope:
    """The ledger row that a hop publishes about a sealed snapshot."""
    seal = sealed.cost.seal
    row = LedgerRow(
        snapshot=sealed.cost.snapshot, hop=hop, status=status, rows=seal.rows, totals=seal.totals, at_us=sealed.at_us
    )
    if hop == "raw" and status != "open":
        row.seal.CopyFrom(seal)
    row.MergeFrom(LedgerRow(**given))
    return Envelope(id=derived_id(hop, row.snapshot.version, status), producer="ingestion", at_us=row.at_us, ledger=row)


def document_message(version: int, content: bytes, rows: int) -> Envelope:
    """A versioned document with its content inline."""
    document = Document(version=version, rows=rows, sha256=sha256(content).digest(), inline=content)
    return Envelope(id=derived_id("document", version), producer="attribution", at_us=version, document=document)


def ownership_content(owners: Mapping[bytes, tuple[str | None, str | None, str | None]]) -> bytes:
    """The content of an ownership document: key → (team, service, rule)."""
    columns: dict[str, pa.Array] = {"key": pa.array(list(owners), pa.binary(16))}
    for i, name in enumerate(OWNER_COLUMNS):
        columns[name] = encode_text(pa.array([o[i] for o in owners.values()], pa.string()))
    columns["reason"] = encode_text(pa.array(["" for _ in owners], pa.string()))
    return encode(pa.record_batch(columns))
