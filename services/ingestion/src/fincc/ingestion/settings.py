"""Settings of the ingestion service."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_POLL_S = 10


class IngestionSettings(BaseSettings):
    """Environment prefix FINCC_INGESTION_."""

    model_config = SettingsConfigDict(env_prefix="FINCC_INGESTION_", extra="ignore")

    poll_every_s: float = Field(
        3600, ge=SHORTEST_POLL_S, description="Seconds between looks at a source that has no schedule of its own."
    )
    folders: str = Field(
        "",
        description="Folders that sources may read, with what lies below, comma-separated; empty: all that the process may.",
    )
    settle_s: float = Field(
        600, ge=0, description="Seconds a listing without manifest must stay unchanged before it counts."
    )
    part_bytes: int = Field(760_000, ge=20_000, le=800_000, description="Target size of one encoded part in bytes.")
    part_rows: int = Field(65_536, ge=100, description="Rows of one part at most.")
    part_window_rows: int = Field(
        400_000,
        ge=1,
        description="Rows that are ordered by account and resource together before they are cut into parts.",
    )
    read_apart_bytes: int = Field(
        16 << 20, ge=0, description="A delivery of this many bytes or more is read in processes of its own."
    )
    readers: int | None = Field(
        None,
        ge=1,
        le=16,
        description="Processes that read one such delivery at a time, each other files. Unless set: 2, or 1 where there are "
        "no more than two cores.",
    )
    share_bytes: int = Field(
        128 << 20, ge=0, description="Bytes of consecutive files that one of them reads and cuts into parts together."
    )
    max_quarantined_percent: float = Field(
        1.0, ge=0, le=100, description="A delivery with more bad rows than this is refused."
    )
    max_shrink_percent: float = Field(
        5.0, ge=0, le=100, description="A closed period without manifest may shrink by this much."
    )
    quarantine_kept: int = Field(
        10_000, ge=0, description="Bad rows kept per run with their content; the rest is counted."
    )
    lease_s: float = Field(120, ge=5, description="Seconds a worker keeps a period without a sign of life.")
