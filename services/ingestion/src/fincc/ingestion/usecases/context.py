"""What the use cases of ingestion need; handed in, never global."""

from __future__ import annotations

from dataclasses import dataclass, field

from fincc.common.bus.base import Bus
from fincc.common.clock import Clock, to_us
from fincc.common.db import Database
from fincc.common.events.cost_pb2 import CostMessage, Snapshot
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.events.ledger_pb2 import LedgerRow
from fincc.common.ids import derived_id
from fincc.common.keyring import Keyring
from fincc.common.objects import ObjectStore
from fincc.ingestion.settings import IngestionSettings


@dataclass(frozen=True)
class Context:
    database: Database
    bus: Bus
    objects: ObjectStore
    clock: Clock
    settings: IngestionSettings
    keyring: Keyring
    holder: str
    """Name of this worker in lease rows."""
    not_before: dict[str, float] = field(default_factory=dict)
    """Jobs that wait a while before they are tried again, with the monotonic time of it."""


def key_of(source_id: str, billing_period: str) -> str:
    """The message key of a month: one partition, in order."""
    return f"{source_id}|{billing_period}"


def cost_envelope(clock: Clock, message: CostMessage) -> Envelope:
    snapshot, body = message.snapshot, message.WhichOneof("body")
    seq = message.part.seq if body == "part" else ""
    return Envelope(
        id=derived_id("raw-cost", snapshot.source_id, snapshot.billing_period, snapshot.version, body, seq),
        producer="ingestion",
        at_us=to_us(clock.now()),
        cost=message,
    )


def ledger_envelope(clock: Clock, row: LedgerRow) -> Envelope:
    snapshot = row.snapshot
    return Envelope(
        id=derived_id(
            "cost-ledger", row.hop, snapshot.source_id, snapshot.billing_period, snapshot.version, row.status
        ),
        producer="ingestion",
        at_us=to_us(clock.now()),
        ledger=row,
    )


def snapshot_of(source_id: str, source_name: str, billing_period: str, version: int) -> Snapshot:
    return Snapshot(source_id=source_id, source_name=source_name, billing_period=billing_period, version=version)
