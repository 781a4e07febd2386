"""Runs `fincc` with a fault built in: `python crash_points.py POINT run cockpit …`.

Points: `after-swap` ends the process right after the cockpit's commit and before the offset's; `before-seal` ends a reader
between the last part and the Seal; `twice` publishes every message twice.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from fincc.common.cli import main


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
    from fincc.common.bus.kafka import KafkaBus

    original = KafkaBus.publish

    async def publish(self: Any, *args: Any, **kwargs: Any) -> None:
        await original(self, *args, **kwargs)
        await original(self, *args, **kwargs)

    KafkaBus.publish = publish  # type: ignore[method-assign]


if __name__ == "__main__":
    {"after-swap": after_swap, "before-seal": before_seal, "twice": twice}[sys.argv.pop(1)]()
    main()
