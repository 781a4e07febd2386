"""Token buckets: each key may do something `burst` times at once after a rest, and once more every `refill_s` seconds."""

from __future__ import annotations

KEYS_KEPT = 20_000


class Buckets:
    """Kept in the memory of one process. A bucket is one number: the time at which it will be full again."""

    def __init__(self, burst: float, refill_s: float) -> None:
        self._refill_s, self._depth_s = refill_s, burst * refill_s
        self._full_at: dict[str | bytes, float] = {}

    def wait_s(self, key: str | bytes, now_s: float) -> float:
        """Seconds until `key` may do it again; 0 when it may now."""
        wait_s = max(self._full_at.get(key, 0.0) - now_s, 0.0) + self._refill_s - self._depth_s
        return wait_s if wait_s > 1e-6 else 0.0  # less is what rounding leaves

    def take(self, key: str | bytes, now_s: float) -> float:
        """0 when it was taken; else nothing was, and so many seconds have to pass first."""
        wait_s = self.wait_s(key, now_s)
        if wait_s == 0:
            if len(self._full_at) >= KEYS_KEPT and key not in self._full_at:
                self._forget(now_s)
            self._full_at[key] = max(self._full_at.get(key, 0.0), now_s) + self._refill_s
        return wait_s

    def give_back(self, key: str | bytes) -> None:
        """What was taken does not count."""
        if key in self._full_at:
            self._full_at[key] -= self._refill_s

    def clear(self, key: str | bytes) -> None:
        self._full_at.pop(key, None)

    def _forget(self, now_s: float) -> None:
        """Full buckets are as good as unknown ones; when too many are not, the fullest go."""
        emptiest = sorted(((at, key) for key, at in self._full_at.items() if at > now_s), key=lambda pair: -pair[0])
        self._full_at = {key: at for at, key in emptiest[: KEYS_KEPT // 2]}
