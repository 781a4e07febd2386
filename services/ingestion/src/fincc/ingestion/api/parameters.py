"""What several routes read alike."""

from __future__ import annotations

from typing import Annotated

from fincc.common.auth import Subject, needs
from fincc.common.period import BillingPeriod
from fincc.common.problem import Invalid

READ, WRITE, HEALTH = (needs(p) for p in ("sources:read", "sources:write", "health:read"))
Writer = Annotated[Subject, WRITE]
Operator = Annotated[Subject, needs("operations:write")]


def billing_period(text: str) -> str:
    try:
        return str(BillingPeriod.parse(text))
    except ValueError as error:
        raise Invalid(str(error)) from error
