"""Real servers that we start ourselves, so that nobody has to install one."""

from fincc.common.embedded.errors import (
    BinariesMissing,
    DataFolderInUse,
    DiskFull,
    EmbeddedPostgresError,
    PortInUse,
    StartFailed,
)
from fincc.common.embedded.postgres import EmbeddedPostgres

__all__ = [
    "BinariesMissing",
    "DataFolderInUse",
    "DiskFull",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "PortInUse",
    "StartFailed",
]
