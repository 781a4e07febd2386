"""Settings of the attribution service."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AttributionSettings(BaseSettings):
    """Environment prefix FINCC_ATTRIBUTION_."""

    model_config = SettingsConfigDict(env_prefix="FINCC_ATTRIBUTION_", extra="ignore")

    inline_bytes: int = Field(
        400_000, ge=0, le=900_000, description="Documents up to this size travel inside the message."
    )
    kept_documents: int = Field(5, ge=2, description="Ownership files kept in the object store, the newest ones.")
    moved_periods: int = Field(
        3, ge=1, le=36, description="Billing periods over which moved costs are computed by default."
    )
    max_document_bytes: int = Field(
        20_000_000, ge=1000, description="Largest hierarchy, catalog or rule file accepted, in bytes."
    )
