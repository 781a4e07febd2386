"""Roles, schemas and Alembic migrations, run by `fincc migrate`: one version table per service, in its own schema."""

from __future__ import annotations

from importlib import resources
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from fincc.common.db import async_url, role_of
from fincc.common.topology import SERVICES

ALL = tuple(spec.name for spec in SERVICES)
_BOOTSTRAP_LOCK = 7_316_420_011


async def migrate(dsn: str, services: tuple[str, ...] = ALL) -> dict[str, str]:
    """Bring every schema to its newest version; returns service → revision. The user must be able to create roles.

    A schema that a later version has migrated stays as it is: this version understands it, and may be the way back.
    """
    engine = create_async_engine(async_url(dsn))
    try:
        async with engine.begin() as connection:
            await connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _BOOTSTRAP_LOCK})
            for service in services:
                await connection.run_sync(_bootstrap, service)
        revisions = {}
        for service in services:
            async with engine.begin() as connection:
                revisions[service] = await connection.run_sync(_upgrade, service)
        return revisions
    finally:
        await engine.dispose()


def _bootstrap(connection: Connection, service: str) -> None:
    role = role_of(service)
    exists = connection.execute(text("select 1 from pg_roles where rolname = :role"), {"role": role}).scalar()
    if not exists:
        connection.exec_driver_sql(f'create role "{role}" nologin')
    connection.exec_driver_sql(f'grant "{role}" to current_user')
    connection.exec_driver_sql(f'create schema if not exists "{service}" authorization "{role}"')


def script_directory(service: str) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(resources.files(f"fincc.{service}").joinpath("migrations")))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _upgrade(connection: Connection, service: str) -> str:
    script = script_directory(service)
    head, known = script.get_current_head(), {step.revision for step in script.walk_revisions()}
    connection.exec_driver_sql(f'set local role "{role_of(service)}"')
    connection.exec_driver_sql(f'set local search_path to "{service}"')
    connection.exec_driver_sql("set local lock_timeout to '10s'")
    connection.execute(text("select pg_advisory_xact_lock(hashtext(:name))"), {"name": f"fincc-migrate-{service}"})

    newer: list[str] = []

    def to_head(revision: Any, _context: Any) -> Any:
        newer.extend(r for r in revision if r > (head or "") and r not in known)
        return [] if newer else script._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), script, fn=to_head) as environment:
        environment.configure(connection=connection, version_table_schema=service, transactional_ddl=False)
        environment.run_migrations()
    return newer[0] if newer else head or "none"
