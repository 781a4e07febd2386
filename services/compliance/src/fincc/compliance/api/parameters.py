"""Who may read findings, and who may change things."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from fincc.common.auth import Subject, permission

Reader = Annotated[Subject, Depends(permission("findings:read"))]
Writer = Annotated[Subject, Depends(permission("findings:write"))]
ReaderOfAll = Annotated[Subject, Depends(permission("findings:read", "everywhere"))]
WriterOfAll = Annotated[Subject, Depends(permission("findings:write", "everywhere"))]
Operator = Annotated[Subject, Depends(permission("operations:write", "everywhere"))]
OfNobody = Annotated[Subject, Depends(permission("findings:read", "none"))]
"""For what belongs to no team and says nothing about one: the tag policy, and how far the finder is."""
