"""Secrets at rest: each is encrypted with a data key of its own, and that one is wrapped by a key of this installation.

Several keys may be configured: the first one encrypts, all of them decrypt. A secret is bound to its place (say, the source
and the field): copied to another place it does not open.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fincc.common.settings import CommonSettings

SETTINGS = "FINCC_SECRET_KEYS or FINCC_SECRET_KEYS_FILE"
_KEY_BYTES, _NONCE_BYTES = 32, 12
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class BadKeys(Exception):
    """The settings of the keys cannot be used; says which and why, and never what they hold."""


class NoKeys(Exception):
    """There is no key to encrypt with."""


class CannotOpen(Exception):
    """A secret cannot be decrypted: its key is not configured, is another one, or the secret was moved or changed."""


@dataclass(frozen=True)
class Sealed:
    """A secret as it is stored. `wrapped_key`: the nonce of its wrapping, then the wrapped data key."""

    key_id: str
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes


class Keyring:
    """Keys of 32 bytes by id, the one that encrypts first; see `parse`."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.ids = tuple(keys)

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self.ids)})"

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """Keys as `id:base64`, one a line. Raises BadKeys with the number of the line."""
        keys: dict[str, bytes] = {}
        for number, line in enumerate(text.split(), 1):
            key_id, _, encoded = line.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                key = b""
            if not _ID.fullmatch(key_id) or len(key) != _KEY_BYTES:
                raise BadKeys(f"key {number}: expected id:base64 of {_KEY_BYTES} bytes; `fincc keys` prints a new one")
            if key_id in keys:
                raise BadKeys(f"key {number}: the id {key_id!r} is there twice; each key needs one of its own")
            keys[key_id] = key
        return cls(keys)

    @classmethod
    def of(cls, settings: CommonSettings) -> Keyring:
        """The keys of the settings; none when none are set. Raises BadKeys naming the setting."""
        given, file = settings.secret_keys, settings.secret_keys_file
        text = given.get_secret_value() if given is not None else ""
        if text and file is not None:
            raise BadKeys("FINCC_SECRET_KEYS and FINCC_SECRET_KEYS_FILE are both set; set one of them")
        name = "FINCC_SECRET_KEYS" if file is None else f"FINCC_SECRET_KEYS_FILE ({file})"
        try:
            return cls.parse(text if file is None else file.read_text())
        except BadKeys as error:
            raise BadKeys(f"{name}: {error}") from None
        except OSError as error:
            raise BadKeys(f"{name}: {error.strerror}") from error
        except UnicodeDecodeError:
            raise BadKeys(f"{name}: is no text; expected id:base64, one key a line") from None

    def seal(self, plain: str, *place: str) -> Sealed:
        """Raises NoKeys."""
        data_key, nonce = AESGCM.generate_key(_KEY_BYTES * 8), secrets.token_bytes(_NONCE_BYTES)
        ciphertext = AESGCM(data_key).encrypt(nonce, plain.encode(), _bound("secret", *place))
        return self._wrapped(Sealed("", b"", nonce, ciphertext), data_key, place)

    def open(self, sealed: Sealed, *place: str) -> str:
        """Raises CannotOpen."""
        data_key = self._unwrapped(sealed, place)
        return _opened(
            AESGCM(data_key), sealed.key_id, sealed.nonce, sealed.ciphertext, _bound("secret", *place)
        ).decode()

    def rewrap(self, sealed: Sealed, *place: str) -> Sealed:
        """The same secret under the first key. Raises CannotOpen, NoKeys."""
        return self._wrapped(sealed, self._unwrapped(sealed, place), place)

    def _wrapped(self, sealed: Sealed, data_key: bytes, place: tuple[str, ...]) -> Sealed:
        if not self.ids:
            raise NoKeys(f"there is no key to encrypt secrets with: set {SETTINGS}; `fincc keys` prints a new key")
        key_id, nonce = self.ids[0], secrets.token_bytes(_NONCE_BYTES)
        wrapped = nonce + self._keys[key_id].encrypt(nonce, data_key, _bound("data key", key_id, *place))
        return replace(sealed, key_id=key_id, wrapped_key=wrapped)

    def _unwrapped(self, sealed: Sealed, place: tuple[str, ...]) -> bytes:
        key_id, wrapped = sealed.key_id, sealed.wrapped_key
        if key_id not in self._keys:
            raise CannotOpen(f"its key {key_id!r} is not configured: add it to {SETTINGS}, or set the secret again")
        bound = _bound("data key", key_id, *place)
        return _opened(self._keys[key_id], key_id, wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], bound)


def new_key() -> str:
    """A new key as one line of the settings."""
    return f"k-{secrets.token_hex(4)}:{base64.b64encode(AESGCM.generate_key(_KEY_BYTES * 8)).decode()}"


def _bound(*parts: str) -> bytes:
    """Associated data; as JSON, since no two lists of parts have the same."""
    return json.dumps(["fincc", *parts]).encode()


def _opened(key: AESGCM, key_id: str, nonce: bytes, data: bytes, bound: bytes) -> bytes:
    try:
        return key.decrypt(nonce, data, bound)
    except (InvalidTag, ValueError):
        raise CannotOpen(
            f"it does not open with the key {key_id!r}: that is another key than it was encrypted with, or the secret was"
            " moved or changed in the database; set it again"
        ) from None
