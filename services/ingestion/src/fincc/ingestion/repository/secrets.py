"""SQL over the secrets of sources, which are encrypted before they come here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.common.keyring import Sealed


def sealed_of(row: RowMapping) -> Sealed:
    return Sealed(row["key_id"], row["wrapped_key"], row["nonce"], row["ciphertext"])


async def list_of(session: ReadSession, source_id: str) -> list[RowMapping]:
    return await session.all(
        text("select * from source_secrets where source_id = :source order by field"), {"source": source_id}
    )


async def lock_all(session: WriteSession) -> list[RowMapping]:
    """Every secret; none of them changes before this transaction ends."""
    return await session.all(text("select * from source_secrets order by source_id, field for update"))


async def upsert(session: WriteSession, source_id: str, field: str, sealed: Sealed, set_at: datetime) -> None:
    await session.execute(
        text(
            "insert into source_secrets (source_id, field, key_id, wrapped_key, nonce, ciphertext, set_at) "
            "values (:source, :field, :key_id, :wrapped_key, :nonce, :ciphertext, :set_at) "
            "on conflict (source_id, field) do update set key_id = excluded.key_id, wrapped_key = excluded.wrapped_key, "
            "nonce = excluded.nonce, ciphertext = excluded.ciphertext, set_at = excluded.set_at"
        ),
        {"source": source_id, "field": field, "set_at": set_at, **vars(sealed)},
    )


async def delete(session: WriteSession, source_id: str, fields: Collection[str]) -> list[str]:
    """Which of these fields had one."""
    rows = await session.all(
        text("delete from source_secrets where source_id = :source and field = any(:fields) returning field"),
        {"source": source_id, "fields": list(fields)},
    )
    return [row["field"] for row in rows]
