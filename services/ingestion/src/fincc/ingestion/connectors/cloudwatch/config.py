"""Which regions are asked, with which credentials, and how much asking may cost."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic import ConfigDict, Field, field_validator, model_validator

from fincc.common.cloud_access import AwsAccess, access
from fincc.ingestion.connectors.files.config import http_address

ALL = "aws://all"
_REGIONS = re.compile(r"aws://[a-z0-9-]+(,[a-z0-9-]+)*")


class CloudWatchConfig(AwsAccess):
    """What is asked, and the credentials that ask or may assume the role of an account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    location: str = Field(
        description="aws://all for every region of the bill, or some of them: aws://eu-central-1,us-east-1"
    )
    role_name: str | None = access(
        None, "role to assume in each other account of the bill, the same name in all of them"
    )
    max_resources: int = Field(500, ge=1, le=20_000, description="resources asked about at most, dearest first")
    max_metrics_per_run: int = Field(
        5000, ge=1, le=200_000, description="metrics requested in one run at most; AWS charges for each"
    )
    look_back_days: int = Field(14, ge=1, le=63, description="days fetched when they are not in yet")
    price_per_1000: Decimal = Field(
        Decimal("0.01"), ge=0, description="dollars for 1,000 metrics requested (aws.amazon.com/cloudwatch/pricing)"
    )
    endpoint_url: str | None = Field(None, description="address of something that speaks like CloudWatch, not AWS")
    sts_endpoint_url: str | None = Field(None, description="address that assumes the role, when it is not AWS's own")

    @field_validator("location")
    @classmethod
    def _location(cls, value: str) -> str:
        if not _REGIONS.fullmatch(value):
            raise ValueError("expected aws://all or regions such as aws://eu-central-1,us-east-1")
        return value

    @field_validator("role_name")
    @classmethod
    def _role(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[\w+=,.@/-]{1,512}", value):
            raise ValueError("expected the name of a role such as finops-reader, not its ARN")
        return value

    @field_validator("endpoint_url", "sts_endpoint_url")
    @classmethod
    def _endpoint(cls, value: str | None) -> str | None:
        return http_address(value)

    @model_validator(mode="after")
    def _together(self) -> CloudWatchConfig:
        if self.external_id and not self.role_name:
            raise ValueError("external_id has no effect without role_name; give both or neither")
        return self

    def asks_in(self, region: str) -> bool:
        return self.location == ALL or region in self.location.removeprefix("aws://").split(",")
