"""What a scanner is given, and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fincc.common.cloud_access import AwsAccess
from fincc.compliance.domain.inventory import Area, CloudResource


@dataclass(frozen=True)
class Target:
    """A configured cloud. `accounts`, `regions`: where to look, from the bill where nobody named them. `access`: what it
    is entered with; without anything, what the environment has."""

    role_name: str | None
    accounts: Sequence[str]
    regions: Sequence[str]
    partition: str
    endpoint_url: str | None
    access: AwsAccess = field(default_factory=AwsAccess)


@dataclass(frozen=True)
class Step:
    step: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Piece:
    """What one step of a scan found. `area` is what it covers wholly, None where it does not, or failed."""

    step: Step
    resources: Sequence[CloudResource] = field(default=())
    area: Area | None = None


class Scanner(Protocol):
    def check(self) -> list[Step]:
        """Can it be reached, and with what rights? The first step that fails is the last."""

    def scan(self) -> Iterator[Piece]:
        """Everything, a piece at a time; a piece that fails says why and what to allow."""
