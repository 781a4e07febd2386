"""Runs `fincc` with a fault built in: `python crash_points.py POINT run cockpit …`.

Points: `after-swap` ends the process right after the cockpit's commit and before the offset's; `before-seal` ends a reader
between the last part and the Seal; `twice` publishes every message twice; `mixed` does so, too, and publishes each second
part of a snapshot before the first.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from fincc.common.bus.kafka import KafkaBus
from fincc.common.bus.memory import MemoryBus
from fincc.common.cli import main
from fincc.common.events.envelope_pb2 import Envelope


def after_swap() -> None:
    from fincc.cockpit.usecases.project import SnapshotProjection

    original = SnapshotProjection.swap

    async def swap(self: Any, *args: Any) -> None:
        await original(self, *args)
        os._exit(137)

    SnapshotProjection.swap = swap  # type: ignore[method-assign, assignment]


def before_seal() -> None:
    from fincc.common.snapshots import SnapshotCollector

    original = SnapshotCollector.on_message

    async def on_message(self: Any, message: Any) -> Any:
        if message.envelope.cost.WhichOneof("body") == "seal":
            os._exit(137)
        return await original(self, message)

    SnapshotCollector.on_message = on_message  # type: ignore[method-assign]


def twice() -> None:
    for bus in (KafkaBus, MemoryBus):
        _publish_twice(bus)


def _publish_twice(bus: Any) -> None:
    original = bus.publish

    async def publish(self: Any, *args: Any) -> None:
        await original(self, *args)
        await original(self, *args)

    bus.publish = publish


def mixed() -> None:
    """A reader must take the parts in any order; the Seal comes last."""
    twice()
    for bus in (KafkaBus, MemoryBus):
        _publish_mixed(bus)


def _publish_mixed(bus: Any) -> None:
    original = bus.publish
    held: dict[tuple[str, str], Envelope] = {}

    async def publish(self: Any, topic: str, key: str, envelope: Envelope) -> None:
        before = held.pop((topic, key), None)
        is_part = topic == "raw-cost" and envelope.cost.WhichOneof("body") == "part"
        if is_part and before is None:
            held[topic, key] = Envelope()
            held[topic, key].CopyFrom(envelope)
            return
        if is_part:
            before, envelope = envelope, before
        if before is not None:
            await original(self, topic, key, before)
        await original(self, topic, key, envelope)

    bus.publish = publish


if __name__ == "__main__":
    {"after-swap": after_swap, "before-seal": before_seal, "twice": twice, "mixed": mixed}[sys.argv.pop(1)]()
    main()
