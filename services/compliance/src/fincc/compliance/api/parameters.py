"""Who may read findings, and who may change things."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from fincc.common.auth import Subject, permission

Reader = Annotated[Subject, Depends(permission("findings:read"))]
Writer = Annotated[Subject, Depends(permission("findings:write"))]
