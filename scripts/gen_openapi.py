"""Writes docs/reference/openapi.json, the one document of all services' routes. `--check` writes nothing.

The services are built as the runtime builds them, but nothing is started: a document needs no database.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from scripts.generated import ROOT, keep

from fincc.common.auth import SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import SystemClock
from fincc.common.db import Database
from fincc.common.objects import ObjectStore
from fincc.common.service import Resources, Service
from fincc.common.settings import CommonSettings
from fincc.common.topology import SERVICES
from fincc.gateway.api.parts import VERSION
from fincc.gateway.domain.openapi import merge

TARGET = ROOT / "docs/reference/openapi.json"
TITLE = "FinOps Command Center"
NOWHERE = "postgresql://nobody@127.0.0.1/nothing"


def build_services(folder: Path) -> dict[str, Service]:
    private, public = new_key_pair()
    return {
        spec.name: spec.create(
            Resources(
                CommonSettings(data_dir=folder),
                Database(NOWHERE, spec.name),
                ObjectStore(str(folder), spec.name),
                MemoryBus(),
                SystemClock(),
                SubjectVerifier(public),
                SubjectSigner(private),
            )
        )
        for spec in SERVICES
    }


def document() -> str:
    with tempfile.TemporaryDirectory() as folder:
        services = build_services(Path(folder))
    merged = merge({name: service.app.openapi() for name, service in services.items()}, TITLE, VERSION)
    return json.dumps(merged, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(keep(TARGET, document(), sys.argv[1:]))
