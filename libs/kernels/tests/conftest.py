"""The tests also run on a library that ends the process when it does what C leaves undefined; see test_library.py."""

from __future__ import annotations

import os
from pathlib import Path

from fincc.kernels import _library

if given := os.environ.get("FINCC_TEST_LIBRARY"):
    _library.LIBRARY = _library.load(Path(given))
