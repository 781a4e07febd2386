"""What is fetched once and kept in the cache folder, for all checkouts of a machine."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def cached(name: str, fetch: Callable[[Path], None]) -> Path:
    """The folder of that name; the first who asks fills it by `fetch`, and others wait. Raises what `fetch` raises."""
    cache = Path(os.environ.get("FINCC_CACHE_DIR") or Path.home() / ".cache" / "fincc")
    folder = cache / name
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = Path(tempfile.mkdtemp(dir=cache, prefix=name))
            try:
                fetch(unfinished)
                unfinished.rename(folder)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    return folder
