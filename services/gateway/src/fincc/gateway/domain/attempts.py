"""How often something may fail: each key may fail `allowed` times, and gets one back every `refill_s` seconds."""

from __future__ import annotations

KEYS_KEPT = 10_000


class Attempts:
    """Kept in the memory of one process. An attempt is taken before it is made, so parallel ones count too."""

    def __init__(self, allowed: int, refill_s: float) -> None:
        self._allowed, self._refill_s = allowed, refill_s
        self._free_at: dict[str, float] = {}

    def wait_s(self, key: str, now_s: float) -> float:
        """Seconds until `key` may try again; 0 when it may now."""
        debt_s = self._free_at.get(key, now_s) - now_s
        return max(0.0, debt_s - (self._allowed - 1) * self._refill_s)

    def take(self, key: str, now_s: float) -> None:
        if key not in self._free_at and len(self._free_at) >= KEYS_KEPT:
            self._forget_the_free(now_s)
        self._free_at[key] = max(self._free_at.get(key, now_s), now_s) + self._refill_s

    def give_back(self, key: str) -> None:
        """The attempt did not fail."""
        if key in self._free_at:
            self._free_at[key] -= self._refill_s

    def clear(self, key: str) -> None:
        self._free_at.pop(key, None)

    def _forget_the_free(self, now_s: float) -> None:
        """Keys without debt are as good as unknown; when all have debt, the smallest debts go."""
        kept = sorted(((at, key) for key, at in self._free_at.items() if at > now_s), reverse=True)
        self._free_at = {key: at for at, key in kept[: KEYS_KEPT // 2]}
