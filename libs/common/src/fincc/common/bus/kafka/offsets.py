"""What may be committed of one partition."""

from __future__ import annotations

from fincc.common.bus.base import Done


class Offsets:
    """Follows the messages of one partition as they are handled, in order.

    `position` is where a successor has to start reading: the first message of the keys that are held, else the message
    after the last one handled; None while nothing was handled.
    """

    def __init__(self) -> None:
        self._next: int | None = None
        self._held: dict[str, int] = {}

    def settle(self, offset: int, key: str, done: Done) -> None:
        self._next = offset + 1
        if done is Done.HOLD:
            self._held.setdefault(key, offset)
        else:
            self._held.pop(key, None)

    def pass_over(self, offset: int) -> None:
        """A record without a message: nothing of its key changes."""
        self._next = offset + 1

    @property
    def position(self) -> int | None:
        return min(self._held.values(), default=self._next)
