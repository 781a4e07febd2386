"""What passwords, sessions and API tokens look like. Randomness and time come in as arguments."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime, timedelta

TOKEN_PREFIX = "fin_"
_BODY_DIGITS, _CHECKSUM_DIGITS = 43, 6
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"

MIN_PASSWORD, MAX_PASSWORD = 12, 512


def digest(secret: str) -> bytes:
    """What is stored of a secret of 256 random bits; so much entropy needs no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_token(session_secret: str) -> str:
    """Belongs to one session and cannot be computed without its cookie, which scripts cannot read."""
    return hashlib.blake2b(session_secret.encode(), digest_size=24, person=b"fincc-csrf").hexdigest()


def api_token(entropy: bytes) -> str:
    """`fin_`, 32 bytes of entropy in base 62, and six digits of checksum by which secret scanners and we know it offline."""
    body = _base62(int.from_bytes(entropy), _BODY_DIGITS)
    return f"{TOKEN_PREFIX}{body}{_checksum(body)}"


def is_api_token(text: str) -> bool:
    body, checksum = text[len(TOKEN_PREFIX) : -_CHECKSUM_DIGITS], text[-_CHECKSUM_DIGITS:]
    return text.startswith(TOKEN_PREFIX) and len(body) == _BODY_DIGITS and checksum == _checksum(body)


def first_password(entropy: bytes) -> str:
    """Four groups of five characters that cannot be mistaken for each other, about 99 bits of at least 13 bytes."""
    number, letters = int.from_bytes(entropy), []
    for _ in range(20):
        number, digit = divmod(number, len(_READABLE))
        letters.append(_READABLE[digit])
    return "-".join("".join(letters[i : i + 5]) for i in range(0, 20, 5))


def session_end(created_at: datetime, last_seen_at: datetime, idle: timedelta, lifetime: timedelta) -> datetime:
    """A session ends when it was idle for too long, or is too old, whichever comes first."""
    return min(last_seen_at + idle, created_at + lifetime)


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECKSUM_DIGITS)


def _base62(number: int, digits: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 62)
        text = _BASE62[digit] + text
    return text.rjust(digits, _BASE62[0])
