"""The C sources do nothing that C leaves undefined."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from fincc.kernels import _library

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


def test_python_and_c_agree_on_sizes() -> None:
    """A buffer that C takes for longer than Python made it would be written behind."""
    header = (HERE.parent / "src/fincc/kernels/kernels.h").read_text()
    assert f"STRETCH = 1 << {_library.STRETCH.bit_length() - 1} " in header
    assert f"SHORTEST_HASHED = {_library.SHORTEST_HASHED}, LONGEST_HASHED = {_library.LONGEST_HASHED} " in header


def build() -> ModuleType:
    spec = spec_from_file_location("build_library", HERE.parent / "build_library.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_with_every_undefined_step_a_trap_all_tests_pass(tmp_path: Path) -> None:
    library = tmp_path / "libfincc.so"
    build().compile_library(library, ["-O1", "-fsanitize=undefined", "-fsanitize-trap=undefined"])
    others = [str(path) for path in sorted(HERE.glob("test_*.py")) if path != Path(__file__)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *others],
        env={**os.environ, "FINCC_TEST_LIBRARY": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
