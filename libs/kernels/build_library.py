"""Compiles the C sources into one library beside them. The compiler is Zig's, which comes as a Python package, so that no
machine needs one of its own and all make the same code."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path(__file__).parent / "src/fincc/kernels"
LIBRARY = FOLDER / "libfincc.so"
FLAGS = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
# For any machine of this kind, since what is built here may run elsewhere; of x86-64 those since 2009, as Arrow wants them.
PROCESSOR = "x86_64_v2" if platform.machine() in ("x86_64", "AMD64") else "baseline"
OPTIMISED = ["-O3", f"-mcpu={PROCESSOR}"]


class BuildLibrary(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_library(LIBRARY, OPTIMISED)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["artifacts"].append(str(LIBRARY.relative_to(Path(__file__).parent)))


def compile_library(to: Path, flags: list[str]) -> None:
    """Raises CalledProcessError; the compiler has said why."""
    sources = sorted(map(str, FOLDER.glob("*.c")))
    with tempfile.TemporaryDirectory() as cache:
        made = Path(cache) / to.name
        command = [sys.executable, "-m", "ziglang", "cc", *FLAGS, *flags, *sources, "-o", str(made)]
        places = {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}
        subprocess.run(command, check=True, env={**os.environ, **places})
        beside = to.with_suffix(".new")
        beside.write_bytes(made.read_bytes())
        beside.replace(to)  # whoever has the library open keeps the one he has
