"""What attribution does with the messages it reads."""

from __future__ import annotations

from fincc.attribution.usecases import attribute
from fincc.attribution.usecases.context import Context
from fincc.common.bus.base import Done, Handler, Message, OnRevoked


def on_raw_cost(context: Context) -> Handler:
    """A part may be held until there are some; whatever else comes lets out what is held before it."""

    async def handle(message: Message) -> Done:
        cost = message.envelope.cost
        kind = cost.WhichOneof("body")
        if kind == "count":
            await attribute.forward_count(context, message.key, cost)
        elif await attribute.is_outdated(context, message.key, cost.snapshot):
            return Done.HOLD if message.key in context.held else Done.COMMIT
        elif kind == "part":
            if not await attribute.take_part(context, message.key, message.envelope):
                return Done.HOLD
        elif kind == "seal":
            await attribute.forward_seal(context, message.key, cost.snapshot, cost.seal)
        else:
            await attribute.forward_abort(context, message.key, cost)
        return Done.COMMIT

    return handle


def on_revoked(context: Context) -> OnRevoked:
    """Another worker may own the months now; it reads again what was held here."""

    async def drop() -> None:
        context.held.clear()

    return drop
