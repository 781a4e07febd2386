"""`fincc up`, `run`, `migrate`, `check-config`, `targets`, `keys`: the platform itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr, ValidationError

from fincc.common.cli import CannotRun
from fincc.common.private_files import write_private
from fincc.common.settings import CommonSettings
from fincc.common.topology import SERVICES

TOPICS_TARGET = "topics"


def load_settings(**changes: Any) -> CommonSettings:
    try:
        return CommonSettings(**{k: v for k, v in changes.items() if v is not None})
    except ValidationError as error:
        lines = [f"FINCC_{'_'.join(str(p) for p in e['loc']).upper()}: {e['msg']}" for e in error.errors()]
        raise CannotRun("; ".join(lines)) from error


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder for database, archive and keys.")
@click.option("--port", type=int, help="Port of the app.  [default: 8080]")
def up(data: Path | None, port: int | None) -> None:
    """Start all services with an embedded database, in the foreground, until Ctrl-C."""
    from fincc.common import runtime

    runtime.run(_up(load_settings(data_dir=data, port=port, log_format="plain", log_level="WARNING")))


async def _up(settings: CommonSettings) -> None:
    from fincc.common import runtime, telemetry

    telemetry.set_up(settings, "all")
    async with everything(settings) as running:
        await greet(running)
        await runtime.until_signal(running)
        click.echo("\nstopping", err=True)


@asynccontextmanager
async def everything(settings: CommonSettings) -> AsyncIterator[Any]:
    """All services running, on the embedded database or FINCC_DATABASE_URL, migrated, with keys."""
    from contextlib import AsyncExitStack

    from fincc.common import runtime
    from fincc.common.embedded.errors import EmbeddedPostgresError
    from fincc.common.embedded.postgres import EmbeddedPostgres
    from fincc.common.migrations import migrate as migrate_schemas
    from fincc.common.service import CannotStart

    settings = with_keys(settings)
    async with AsyncExitStack() as stack:
        try:
            if settings.database_url is None:
                server = EmbeddedPostgres(settings.data_dir / "postgres")
                dsn = await asyncio.to_thread(server.start)
                stack.callback(server.stop)
                settings = settings.model_copy(update={"database_url": SecretStr(dsn)})
            assert settings.database_url is not None
            await migrate_schemas(settings.database_url.get_secret_value())
            running = await stack.enter_async_context(runtime.start(settings))
        except (EmbeddedPostgresError, CannotStart) as error:
            raise CannotRun(str(error)) from error
        yield running


def with_keys(settings: CommonSettings) -> CommonSettings:
    """Settings with a signing key and a key of secrets: the given ones, or those kept in the data folder."""
    from fincc.common.auth import new_key_pair
    from fincc.common.keyring import new_key

    folder, changes = settings.data_dir / "keys", dict[str, Any]()
    if not settings.subject_private_key:
        changes["subject_private_key"] = SecretStr(_kept(folder / "subject.pem", lambda: new_key_pair()[0]))
    if settings.secret_keys is None and settings.secret_keys_file is None:
        _kept(folder / "secret-keys", lambda: new_key() + "\n")
        changes["secret_keys_file"] = folder / "secret-keys"
    return settings.model_copy(update=changes)


def _kept(path: Path, make: Callable[[], str]) -> str:
    """What the file holds; made now where there is none, for its owner alone."""
    try:
        if not path.exists():
            write_private(path, make())
        return path.read_text()
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}; choose another folder with --data") from error


async def greet(running: Any) -> str:
    """Leave the profile for this user, and print how to sign in; returns the token of the profile."""
    from fincc.common.cli.client import write_profile

    actions = running.services["gateway"].actions
    password = await actions["ensure_admin"]()
    token: str = await actions["local_token"]()
    try:
        write_profile(running.url, token)
    except OSError as error:
        click.echo(f"no profile: {error}; other commands need FINCC_URL and FINCC_TOKEN (`fincc token`)", err=True)
    click.echo(f"FinOps Command Center: {running.url}")
    if password is not None:
        click.echo(f"user admin, password {password} (shown once; change it in the app)")
    click.echo(
        f"sign in here, once, within ten minutes: {running.url}/signin/once?code={await actions['sign_in_code']()}"
    )
    return token


@click.command()
@click.argument("target")
@click.option(
    "--role", "roles", type=click.Choice(["api", "worker"]), multiple=True, help="Only this role; default both."
)
@click.option("--port", type=int, help="Port of the HTTP server.  [default: the service's own]")
def run(target: str, roles: tuple[str, ...], port: int | None) -> None:
    """Run a service (see `fincc targets`) or `all`, in the foreground."""
    from fincc.common import runtime
    from fincc.common.service import CannotStart

    try:
        runtime.run(_run(load_settings(port=port), target, roles or runtime.ROLES))
    except KeyError as error:
        raise CannotRun(str(error.args[0])) from error
    except CannotStart as error:
        raise CannotRun(str(error)) from error


async def _run(settings: CommonSettings, target: str, roles: tuple[str, ...]) -> None:
    from fincc.common import runtime, telemetry
    from fincc.common.aside import yield_to_others

    if "api" not in roles:
        yield_to_others()  # on a machine of both, whoever waits for an answer goes first
    telemetry.set_up(settings, target)
    async with runtime.start(settings, target, roles) as running:
        if "gateway" in running.services:
            password = await running.services["gateway"].actions["ensure_admin"]()
            if password is not None:
                click.echo(f"user admin, password {password} (shown once; change it in the app)")
        click.echo(f"ready: {target} on {running.url}", err=True)
        await runtime.until_signal(running)


@click.command()
@click.argument("targets", nargs=-1)
def migrate(targets: tuple[str, ...]) -> None:
    """Create or upgrade schemas and roles (FINCC_DATABASE_URL) and topics (FINCC_KAFKA_BOOTSTRAP).

    TARGETS are names of services, and `topics`; default: all of them. Where one service is installed alone, it is
    brought to its version by its name.
    """
    settings = load_settings()
    known = (*(spec.name for spec in SERVICES), TOPICS_TARGET)
    unknown = [name for name in targets if name not in known]
    if unknown:
        raise CannotRun(f"no target {unknown[0]!r}; there are {', '.join(known)}")
    services = tuple(name for name in (targets or known) if name != TOPICS_TARGET)
    if services and settings.database_url is None:
        raise CannotRun("set FINCC_DATABASE_URL=postgresql://user:password@host:port/name")
    if TOPICS_TARGET in targets and not settings.kafka_bootstrap:
        raise CannotRun("set FINCC_KAFKA_BOOTSTRAP=host:port")
    asyncio.run(_migrate(settings, services, with_topics=not targets or TOPICS_TARGET in targets))


async def _migrate(settings: CommonSettings, services: tuple[str, ...], *, with_topics: bool) -> None:
    if services:
        await _migrate_schemas(settings, services)
    if with_topics and settings.kafka_bootstrap:
        await _migrate_topics(settings)


async def _migrate_schemas(settings: CommonSettings, services: tuple[str, ...]) -> None:
    from fincc.common.migrations import migrate as migrate_schemas

    assert settings.database_url is not None
    try:
        revisions = await migrate_schemas(settings.database_url.get_secret_value(), services)
    except OSError as error:
        raise CannotRun(f"the database cannot be reached: {error}") from error
    except ModuleNotFoundError as error:
        raise CannotRun(
            f"a service is not installed here: {error}; name those that are: fincc migrate SERVICE"
        ) from error
    for service, revision in revisions.items():
        click.echo(f"schema {service}: {revision}")


async def _migrate_topics(settings: CommonSettings) -> None:
    from fincc.common.bus.kafka import TopicsNotReady, create_topics

    try:
        report = await create_topics(settings)
    except TopicsNotReady as error:
        raise CannotRun(str(error)) from error
    for line in report.differing:
        click.echo(line, err=True)
    click.echo(f"topics: {len(report.created)} created, {len(report.differing)} differences to what is expected")


@click.command("check-config")
def check_config() -> None:
    """Check the settings, the database and the object store; exit 1 when something is wrong."""
    settings = load_settings()
    results = asyncio.run(_checks(settings))
    for name, problem in results:
        click.echo(f"{'FAIL' if problem else 'ok  '}  {name}{': ' + problem if problem else ''}")
    if any(problem for _, problem in results):
        raise click.exceptions.Exit(1)


async def _checks(settings: CommonSettings) -> list[tuple[str, str]]:
    from fincc.common.db import async_url
    from fincc.common.keyring import BadKeys, Keyring
    from fincc.common.objects import ObjectStore

    results: list[tuple[str, str]] = []
    if settings.database_url is None:
        results.append(("database: embedded, in the data folder", ""))
    else:
        from sqlalchemy import text
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(async_url(settings.database_url.get_secret_value()))
        try:
            async with engine.connect() as connection:
                await connection.execute(text("select 1"))
            results.append(("database", ""))
        except Exception as error:
            results.append(("database", f"{type(error).__name__}: {str(error)[:200]}"))
        finally:
            await engine.dispose()
    try:
        ObjectStore(settings.object_root, "gateway").list("gateway")
        results.append(("object store", ""))
    except Exception as error:
        results.append(("object store", f"{type(error).__name__}: {str(error)[:200]}"))
    try:
        ids = Keyring.of(settings).ids
        keys_of_secrets = f"{', '.join(ids)}; the first encrypts" if ids else "none; sources cannot hold secrets"
        results.append((f"keys of secrets: {keys_of_secrets}", ""))
    except BadKeys as error:
        results.append(("keys of secrets", str(error)))
    bus = (
        "Kafka at " + settings.kafka_bootstrap
        if settings.kafka_bootstrap
        else "in process (only for `fincc up` and `run all`)"
    )
    results.append((f"bus: {bus}", ""))
    return results


@click.command()
def targets() -> None:
    """Services with port and topics."""
    from fincc.common.runtime import describe

    for spec in SERVICES:
        click.echo(describe(spec))


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def keys(folder: Path | None) -> None:
    """Write subject-private.pem (gateway only) and subject-public.pem (every service) into FOLDER.

    Without FOLDER, print a new key of secrets for FINCC_SECRET_KEYS or FINCC_SECRET_KEYS_FILE.
    """
    from fincc.common.auth import new_key_pair
    from fincc.common.keyring import new_key

    if folder is None:
        click.echo(new_key())
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private, public = new_key_pair()
    for name, content, mode in (("subject-private.pem", private, 0o600), ("subject-public.pem", public, 0o644)):
        try:
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
                file.write(content)
        except FileExistsError as error:
            raise CannotRun(f"{folder / name} exists; remove it first if it is no longer used") from error
    click.echo(f"wrote {folder}/subject-private.pem and {folder}/subject-public.pem")
