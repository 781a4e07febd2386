"""What attribution does with the messages it reads."""

from __future__ import annotations

from fincc.attribution.usecases import attribute
from fincc.attribution.usecases.context import Context
from fincc.common.bus.base import Done, Handler, Message


def on_raw_cost(context: Context) -> Handler:
    """Every message is forwarded before its offset is committed, so nothing is ever held."""

    async def handle(message: Message) -> Done:
        cost = message.envelope.cost
        kind = cost.WhichOneof("body")
        if kind == "count":
            await attribute.forward_count(context, message.key, cost)
        elif not await attribute.is_outdated(context, message.key, cost.snapshot):
            if kind == "part":
                await attribute.attribute_part(context, message.key, cost.snapshot, cost.part)
            elif kind == "seal":
                await attribute.forward_seal(context, message.key, cost.snapshot, cost.seal)
            else:
                await attribute.forward(context, message.key, cost)
        return Done.COMMIT

    return handle
