"""Secrets of what a service has, such as sources: encrypted when they come in, decrypted where they are used, and wrapped anew
when keys rotate. Each is bound to the id of what it belongs to and to its field, so a copied row does not open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import Table, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.common.keyring import SETTINGS, CannotOpen, Keyring, NoKeys, Sealed
from fincc.common.problem import Conflict, Invalid


class NoSecretKey(Invalid):
    slug, title = "no-secret-key", "There is no key to encrypt secrets with"


class SecretNotReadable(Conflict):
    slug, title = "secret-not-readable", "A stored secret cannot be decrypted"


class CannotRewrap(Exception):
    """The secret of this `owner` and `field` does not open; the message says why."""

    def __init__(self, owner: str, field: str, reason: str) -> None:
        super().__init__(reason)
        self.owner, self.field = owner, field


class SetSecret(BaseModel):
    """That a secret is there; its value is never told."""

    field: str
    set_at: datetime


class SecretRotation(BaseModel):
    """All secrets are under the key `key_id` now; `rewrapped` of them were under another one."""

    key_id: str
    secrets: int
    rewrapped: int


class StoredSecrets:
    """Those in a table made by `fincc.common.tables.secrets`, whose first column has the id of what they belong to."""

    def __init__(self, table: Table) -> None:
        self._table, self._owner = table, next(iter(table.c))

    async def list_of(self, session: ReadSession, owner: str) -> list[RowMapping]:
        return await session.all(select(self._table).where(self._owner == owner).order_by(self._table.c.field))

    async def upsert(self, session: WriteSession, owner: str, field: str, sealed: Sealed, set_at: datetime) -> None:
        values = {**vars(sealed), "set_at": set_at}
        of = {self._owner.name: owner, "field": field}
        added = insert(self._table).values(**of, **values)
        await session.execute(added.on_conflict_do_update(index_elements=list(of), set_=values))

    async def forget(self, session: WriteSession, owner: str) -> None:
        """What they belong to is gone."""
        await session.execute(delete(self._table).where(self._owner == owner))

    async def open_all(
        self, session: ReadSession, keyring: Keyring, owner: str, but_for: Collection[str] = ()
    ) -> dict[str, str]:
        """The secrets by field. Raises CannotOpen naming the field, its key and what to do."""
        found = {}
        for row in await self.list_of(session, owner):
            if row["field"] in but_for:
                continue
            try:
                found[row["field"]] = keyring.open(sealed_of(row), owner, row["field"])
            except CannotOpen as error:
                raise CannotOpen(f"secret {row['field']}: {error}") from error
        return found

    async def store(
        self,
        session: WriteSession,
        keyring: Keyring,
        now: datetime,
        owner: str,
        given: Mapping[str, str],
        instead_of: Collection[str] = (),
    ) -> list[str]:
        """Those of `instead_of` go, whether they are given anew or not; returns which of them there were.

        Raises NoSecretKey.
        """
        field = self._table.c.field
        gone = delete(self._table).where(self._owner == owner, field.in_(list(instead_of))).returning(field)
        rows = await session.all(gone)
        for name, value in given.items():
            try:
                sealed = keyring.seal(value, owner, name)
            except NoKeys as error:
                raise NoSecretKey(f"secret {name}: {error}") from error
            await self.upsert(session, owner, name, sealed, now)
        return [row["field"] for row in rows]

    async def rewrap_all(self, session: WriteSession, keyring: Keyring) -> SecretRotation:
        """Wrap every secret with the first key; none of them changes meanwhile. Raises CannotRewrap."""
        everything = select(self._table).order_by(self._owner, self._table.c.field).with_for_update()
        rows = await session.all(everything)
        changed = [row for row in rows if row["key_id"] != keyring.ids[0]]
        for row in changed:
            owner, field = row[self._owner.name], row["field"]
            try:
                sealed = keyring.rewrap(sealed_of(row), owner, field)
            except CannotOpen as error:
                raise CannotRewrap(owner, field, str(error)) from error
            await self.upsert(session, owner, field, sealed, row["set_at"])
        return SecretRotation(key_id=keyring.ids[0], secrets=len(rows), rewrapped=len(changed))


def sealed_of(row: RowMapping) -> Sealed:
    return Sealed(row["key_id"], row["wrapped_key"], row["nonce"], row["ciphertext"])


def needs_key(keyring: Keyring) -> None:
    """Raises NoSecretKey, saying how to make one, where a rotation has nothing to wrap with."""
    if not keyring.ids:
        raise NoSecretKey(f"set {SETTINGS}; `fincc keys` prints a new key")


def without_key(keyring: Keyring, rows: Sequence[RowMapping]) -> str | None:
    """Why these secrets cannot be used here, as far as it shows without decrypting them."""
    missing = [f"secret {r['field']}: its key {r['key_id']!r}" for r in rows if r["key_id"] not in keyring.ids]
    if not missing:
        return None
    return f"{', '.join(missing)} is not configured: add it to {SETTINGS}, or set the secret again"
