"""How each service is."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class TimedRun(BaseModel):
    """The last turn of a job in one process; of a failure, `ok` says whether it went well since."""

    instance: str
    name: str
    ended_at: datetime | None
    took_s: float | None
    ok: bool | None
    error: str | None
    failed_at: datetime | None


class Process(BaseModel):
    instance: str
    version: str
    roles: list[str]
    started_at: datetime
    seen_at: datetime
    reasons: list[str]


class ServiceStatus(BaseModel):
    """What null is for is not known: the service could not say it."""

    name: str
    title: str
    ready: bool
    reason: str | None = Field(description="Why it is not ready.")
    version: str | None = Field(description="Several, during an upgrade, with commas.")
    latency_ms: float | None = Field(
        description="Milliseconds until it said whether it is ready; null for the gateway itself."
    )
    lag: dict[str, int | None] | None = Field(description="Topic → messages that it has not finished with.")
    dead_letters: int | None
    outbox: int | None = Field(description="Events that are not on the bus yet.")
    last_run: TimedRun | None = Field(description="The job that ended last.")
    last_error: TimedRun | None = Field(description="The job that failed last.")
    processes: list[Process] | None


class Status(BaseModel):
    version: str
    services: list[ServiceStatus]
