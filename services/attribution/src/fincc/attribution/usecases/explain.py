"""Why a record has its owner: from its attribution key back to its attributes, and through the rules once more."""

from __future__ import annotations

import asyncio

from fincc.attribution.domain.evaluate import Evaluator
from fincc.attribution.domain.explain import Explanation, explain
from fincc.attribution.domain.keys import decode_keys
from fincc.attribution.errors import UnknownKey
from fincc.attribution.repository import costs
from fincc.attribution.usecases.context import Context
from fincc.attribution.usecases.publish import active
from fincc.common.auth import Scope
from fincc.common.clock import today
from fincc.common.key_attributes import KEY


async def explain_key(context: Context, key_hex: str, permitted: Scope) -> tuple[dict[str, str], Explanation]:
    """The attributes of a key and the verdict of every rule. Raises UnknownKey, also where its owner may not be seen."""
    try:
        key = bytes.fromhex(key_hex)
    except ValueError as error:
        raise UnknownKey(f"{key_hex!r} is not an attribution key: expected 32 hexadecimal digits") from error
    async with context.database.read() as session:
        contents = [row["content"] for row in await costs.key_batches(session)]
    attributes = await asyncio.to_thread(_find, contents, key)
    unknown = UnknownKey(f"no record with the attribution key {key_hex} was seen")
    if attributes is None:
        raise unknown
    found, day = await active(context), today(context.clock)
    evaluator = Evaluator(found.rules, found.catalog, found.hierarchy, day)
    explanation = await asyncio.to_thread(explain, evaluator, attributes)
    if not found.hierarchy.as_of(day).is_within(explanation.outcome.team_id, permitted):
        raise unknown
    return attributes, explanation


def _find(contents: list[bytes], key: bytes) -> dict[str, str] | None:
    for content in contents:
        keys = decode_keys(content)
        column = keys.column(KEY).to_pylist()
        if key in column:
            row = keys.slice(column.index(key), 1).to_pylist()[0]
            return {name: value for name, value in row.items() if name != KEY and value is not None}
    return None
