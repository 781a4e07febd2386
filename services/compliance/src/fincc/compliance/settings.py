"""Settings of the compliance service."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ComplianceSettings(BaseSettings):
    """Environment prefix FINCC_COMPLIANCE_."""

    model_config = SettingsConfigDict(env_prefix="FINCC_COMPLIANCE_", extra="ignore")

    look_every_s: float = Field(2.0, gt=0, description="How often it is looked whether a scan is due, in seconds.")
    scan_days: int = Field(30, ge=1, le=92, description="Days of costs that findings and coverage are about.")
    inventory_every_s: float = Field(
        6 * 3600, ge=300, description="How often the resources of a cloud are listed, in seconds."
    )
    inventory_resources: int = Field(
        2_000_000, ge=1000, description="Most resources read from one cloud; what is beyond is named as not read."
    )
    max_policy_bytes: int = Field(1_000_000, ge=1000, description="Largest tag policy accepted, in bytes.")
