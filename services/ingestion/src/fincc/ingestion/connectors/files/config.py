"""Where a bill lies: an S3 location, a folder or a single file, and what opens it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, field_validator, model_validator

from fincc.common.cloud_access import AwsAccess, access
from fincc.common.outbound import check_address

_ROLE = re.compile(r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")


def http_address(value: str | None) -> str | None:
    """The address as it is. Raises ValueError for another scheme, credentials in it, and where nobody goes."""
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("expected http://host:port or https://host, without credentials")
    check_address(value)
    return value


class FilesConfig(AwsAccess):
    """A place of files, and for a bucket the credentials that open it or may assume the role that does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    location: str = Field(description="s3://bucket/prefix, a folder, or a single file", min_length=1)
    report: str | None = Field(None, description="name of the report or export, when the location holds several")
    region: str | None = Field(None, description="AWS region of the bucket")
    endpoint_url: str | None = Field(None, description="address of an S3-compatible store instead of AWS")
    sts_endpoint_url: str | None = Field(None, description="address that assumes the role, when it is not AWS's own")
    role_arn: str | None = access(None, "role to assume: arn:aws:iam::123456789012:role/name")

    @field_validator("location")
    @classmethod
    def _location(cls, value: str) -> str:
        if "://" not in value:
            return value
        parts = urlsplit(value)
        if parts.scheme != "s3":
            raise ValueError(f"{parts.scheme}:// is not supported; expected s3://bucket/prefix, a folder or a file")
        if not parts.hostname or "@" in parts.netloc:
            raise ValueError("expected s3://bucket/prefix with a bucket name and without credentials")
        return value

    @field_validator("endpoint_url", "sts_endpoint_url")
    @classmethod
    def _endpoint(cls, value: str | None) -> str | None:
        return http_address(value)

    @field_validator("role_arn")
    @classmethod
    def _role(cls, value: str | None) -> str | None:
        if value is not None and not _ROLE.match(value):
            raise ValueError("expected a role ARN such as arn:aws:iam::123456789012:role/billing-reader")
        return value

    @model_validator(mode="after")
    def _together(self) -> FilesConfig:
        if self.external_id and not self.role_arn:
            raise ValueError("external_id has no effect without role_arn; give both or neither")
        return self

    @property
    def is_bucket(self) -> bool:
        return self.location.startswith("s3://")

    @property
    def bucket(self) -> str:
        return self.location.removeprefix("s3://").partition("/")[0]

    @property
    def prefix(self) -> str:
        """What follows the bucket's slash, literally: old reports have keys that begin with a slash of their own."""
        return self.location.removeprefix("s3://").partition("/")[2]

    @property
    def path(self) -> Path:
        return Path(self.location).expanduser()
