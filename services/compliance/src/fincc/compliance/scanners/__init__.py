"""What lists the resources of clouds, by kind. A scanner is like a connector: `check` says what can be reached, step by
step; `scan` yields what it finds, area by area, and goes on after an area that cannot be read."""

from __future__ import annotations

from fincc.compliance.scanners.base import Scanner, Target

__all__ = ["Scanner", "Target", "make_scanner"]


def make_scanner(target: Target) -> Scanner:
    """The client of a cloud is imported when it is needed: it takes as much memory as the rest of the service."""
    from fincc.compliance.scanners.aws import AwsScanner

    return AwsScanner(target)
