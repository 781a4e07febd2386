"""What several routes read alike."""

from __future__ import annotations

from fincc.common.auth import needs
from fincc.common.period import BillingPeriod
from fincc.common.problem import Invalid

READ, WRITE, HEALTH, OPERATE = (needs(p) for p in ("sources:read", "sources:write", "health:read", "operations:write"))


def billing_period(text: str) -> str:
    try:
        return str(BillingPeriod.parse(text))
    except ValueError as error:
        raise Invalid(str(error)) from error
