"""Token buckets: each key may do something `rate` times a second, and `burst` times at once after a rest."""

from __future__ import annotations

KEYS_KEPT = 20_000


class Buckets:
    """Kept in the memory of one process. A bucket is one number: the time at which it will be full again."""

    def __init__(self, rate: float, burst: float) -> None:
        self._cost_s, self._depth_s = 1.0 / rate, burst / rate
        self._full_at: dict[str | bytes, float] = {}

    def take(self, key: str | bytes, now_s: float) -> float:
        """0 when it was taken; else nothing was, and so many seconds have to pass first."""
        full_at = self._full_at.get(key, 0.0)
        after_s = (full_at if full_at > now_s else now_s) + self._cost_s
        wait_s = after_s - now_s - self._depth_s
        if wait_s > 1e-9:
            return wait_s
        if len(self._full_at) >= KEYS_KEPT and key not in self._full_at:
            self._forget(now_s)
        self._full_at[key] = after_s
        return 0.0

    def _forget(self, now_s: float) -> None:
        """Full buckets are as good as unknown ones; when too many are not, the fullest go."""
        emptiest = sorted(((at, key) for key, at in self._full_at.items() if at > now_s), key=lambda pair: -pair[0])
        self._full_at = {key: at for at, key in emptiest[: KEYS_KEPT // 2]}
