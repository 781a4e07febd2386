"""Settings of the cockpit, read from the environment with prefix FINCC_COCKPIT_."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CockpitSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FINCC_COCKPIT_", extra="ignore")

    cache_mib: int = Field(default=64, ge=1, le=4096, description="Memory for answers that were already built, in MiB.")
    cubes_mib: int = Field(
        default=64,
        ge=0,
        le=65536,
        description="Memory for sums by team, cloud service and day that drill-down reads, in MiB; 0 reads the database each time.",
    )
    keys_mib: int = Field(
        default=128,
        ge=0,
        le=65536,
        description="Memory for what is known of the keys of bills, which lists of resources and questions by tag read, in "
        "MiB; 0 reads the files each time.",
    )
    facts_buffer_mib: int = Field(
        default=16,
        ge=1,
        le=256,
        description="Facts of an open snapshot kept in memory before they are written to a file, in MiB.",
    )
    keep_retired_s: int = Field(
        default=300,
        ge=60,
        description="Seconds a replaced roll-up stays in the database for answers that still read it.",
    )
    late_after_days: int = Field(
        default=3, ge=1, description="Days behind the freshest source after which a source is called late."
    )
    freshness_slo_hours: float = Field(
        default=72,
        gt=0,
        description="Hours a source's last complete day with usage may lie back; metrics and alerts compare with it.",
    )
    restate_workers: int = Field(default=2, ge=1, le=16, description="Months restated at once when ownership changes.")
