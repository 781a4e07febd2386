"""Each service's schema is brought to its newest version by its own role, in its own schema."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from fincc.common.db import Database, role_of
from fincc.common.migrations import migrate

FIRST = """
revision = "0001"
down_revision = None

from alembic import op

def upgrade():
    op.execute("create table things (id int primary key)")
"""
SECOND = """
revision = "0002"
down_revision = "0001"

from alembic import op

def upgrade():
    op.execute("insert into things values (1)")
    op.execute("alter table things add name text not null default 'x'")
"""
BROKEN = SECOND.replace("alter table things", "alter table no_such_table")


class Packages:
    """Services in a folder of their own, as `fincc.<name>` with a `migrations` folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names: list[str] = []

    def add(self, *revisions: str) -> str:
        name = f"made_up_{uuid4().hex[:8]}"
        self.names.append(name)
        for number, revision in enumerate(revisions, start=1):
            self.write(name, number, revision)
        (self.root / "fincc" / name / "__init__.py").touch()
        return name

    def write(self, name: str, number: int, revision: str) -> None:
        folder = self.root / "fincc" / name / "migrations" / "versions"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:04}_step.py").write_text(revision)


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_dsn: str) -> Iterator[Packages]:
    monkeypatch.syspath_prepend(tmp_path)
    made = Packages(tmp_path)
    yield made

    async def clean_up() -> None:
        connection = await asyncpg.connect(postgres_dsn)
        for name in made.names:
            await connection.execute(f"drop schema if exists {name} cascade; drop role if exists {role_of(name)}")
            sys.modules.pop(f"fincc.{name}", None)
        await connection.close()

    asyncio.run(clean_up())


async def things(dsn: str, service: str) -> list[tuple[object, ...]]:
    database = Database(dsn, service)
    try:
        async with database.read() as session:
            return [tuple(row.values()) for row in await session.all(text("select * from things"))]
    finally:
        await database.close()


async def test_an_empty_database_gets_every_revision_in_order(packages: Packages, postgres_dsn: str):
    service = packages.add(FIRST, SECOND)
    assert await migrate(postgres_dsn, (service,)) == {service: "0002"}
    assert await things(postgres_dsn, service) == [(1, "x")]


async def test_a_database_of_the_last_release_gets_only_what_is_new(packages: Packages, postgres_dsn: str):
    service = packages.add(FIRST)
    assert await migrate(postgres_dsn, (service,)) == {service: "0001"}
    packages.write(service, 2, SECOND)
    assert await migrate(postgres_dsn, (service,)) == {service: "0002"}
    assert await migrate(postgres_dsn, (service,)) == {service: "0002"}
    assert await things(postgres_dsn, service) == [(1, "x")]


async def test_a_revision_that_fails_leaves_nothing_of_itself(packages: Packages, postgres_dsn: str):
    service = packages.add(FIRST)
    await migrate(postgres_dsn, (service,))
    packages.write(service, 2, BROKEN)
    with pytest.raises(Exception, match="no_such_table"):
        await migrate(postgres_dsn, (service,))
    assert await things(postgres_dsn, service) == []
    packages.write(service, 2, SECOND)
    assert await migrate(postgres_dsn, (service,)) == {service: "0002"}


async def test_processes_that_migrate_at_once_do_it_once(packages: Packages, postgres_dsn: str):
    one, other = packages.add(FIRST, SECOND), packages.add(FIRST, SECOND)
    work = f"asyncio.run(migrate({postgres_dsn!r}, {(one, other)!r}))"
    program = f"import asyncio; from fincc.common.migrations import migrate; {work}"
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, env={"PYTHONPATH": str(packages.root)})
        for _ in range(2)
    ]
    assert [await process.wait() for process in processes] == [0, 0]
    assert await things(postgres_dsn, one) == [(1, "x")]
    assert await things(postgres_dsn, other) == [(1, "x")]


async def test_each_schema_has_its_own_version_and_its_own_owner(packages: Packages, postgres_dsn: str):
    one, other = packages.add(FIRST), packages.add(FIRST, SECOND)
    await migrate(postgres_dsn, (one, other))
    connection = await asyncpg.connect(postgres_dsn)
    for service, version in ((one, "0001"), (other, "0002")):
        assert await connection.fetchval(f"select version_num from {service}.alembic_version") == version
        owners = await connection.fetch("select distinct tableowner from pg_tables where schemaname = $1", service)
        assert [row["tableowner"] for row in owners] == [role_of(service)]
    await connection.close()


async def test_the_role_of_a_service_can_do_nothing_in_the_schema_of_another(packages: Packages, postgres_dsn: str):
    mine, theirs = packages.add(FIRST), packages.add(FIRST)
    await migrate(postgres_dsn, (mine, theirs))
    database = Database(postgres_dsn, mine)
    for statement in (f"select * from {theirs}.things", f"insert into {theirs}.things values (1)"):
        with pytest.raises(Exception, match="permission denied for schema"):
            async with database.write() as session:
                await session.execute(text(statement))
    await database.close()


def signed_in(dsn: str, user: str) -> str:
    address = urlsplit(dsn)
    return address._replace(netloc=f"{user}:password@{address.hostname}:{address.port}").geturl()


async def say(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def logins(dsn: str, services: tuple[str, ...]) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """As `docs/howto/install-on-kubernetes.md` makes them: the DSN for migrations, and one for each service."""
    owner = f"owner_{uuid4().hex[:8]}"
    name = urlsplit(dsn).path[1:]
    await say(
        dsn,
        f"create role {owner} login createrole password 'password'",
        f"grant create, connect on database {name} to {owner}",
    )
    made = {service: f"{role_of(service)}_login" for service in services}
    try:
        for service, login in made.items():
            await say(
                signed_in(dsn, owner),
                f"create role {role_of(service)}",
                f"create role {login} login password 'password' in role {role_of(service)}",
            )
        yield signed_in(dsn, owner), {service: signed_in(dsn, login) for service, login in made.items()}
    finally:
        for service, login in made.items():
            gone = f"drop schema if exists {service} cascade", f"drop role if exists {login}, {role_of(service)}"
            await say(dsn, *gone)
        await say(dsn, f"drop owned by {owner}", f"drop role {owner}")


async def test_a_service_with_a_login_of_its_own_reads_its_schema_and_no_other(packages: Packages, postgres_dsn: str):
    own, other = packages.add(FIRST, SECOND), packages.add(FIRST, SECOND)
    async with logins(postgres_dsn, (own, other)) as (owner, of):
        assert await migrate(owner, (own, other)) == {own: "0002", other: "0002"}
        assert await things(of[own], own) == await things(of[other], other) == [(1, "x")]
        with pytest.raises(Exception, match=f'permission denied to set role "{role_of(other)}"'):
            await things(of[own], other)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await say(of[own], f"select * from {other}.things")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await say(of[own], f"grant {role_of(other)} to {role_of(own)}_login")
        packages.write(own, 3, SECOND.replace("0001", "0000").replace("0002", "0003").replace("0000", "0002"))
        with pytest.raises(Exception, match="permission denied"):
            await migrate(of[own], (own,))


async def test_a_schema_that_a_later_version_has_migrated_is_left_as_it_is(
    packages: Packages, postgres_dsn: str
) -> None:
    service = packages.add(FIRST, SECOND)
    await migrate(postgres_dsn, (service,))
    (packages.root / "fincc" / service / "migrations" / "versions" / "0002_step.py").unlink()
    assert await migrate(postgres_dsn, (service,)) == {service: "0002"}
    assert await things(postgres_dsn, service) == [(1, "x")]
