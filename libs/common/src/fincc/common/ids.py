"""Deterministic ids, and random ones where nothing determines them."""

from __future__ import annotations

import secrets
import uuid

_NAMESPACE = uuid.UUID("6f0b3c1e-6c1d-5d0e-9a53-2f1b1f4f9c11")


def derived_id(*parts: object) -> str:
    """The same parts always give the same id."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(str(p) for p in parts)))


def new_id(prefix: str) -> str:
    """A short unguessable id such as `src_3f9a…` (80 bits)."""
    return f"{prefix}_{secrets.token_hex(10)}"
