"""What lists the resources of clouds, by kind. A scanner is like a connector: `check` says what can be reached, step by
step; `scan` yields what it finds, area by area, and goes on after an area that cannot be read."""

from __future__ import annotations

from fincc.compliance.scanners.aws import AwsScanner
from fincc.compliance.scanners.base import Scanner, Target

__all__ = ["Scanner", "Target", "make_scanner"]


def make_scanner(target: Target) -> Scanner:
    return AwsScanner(target)
