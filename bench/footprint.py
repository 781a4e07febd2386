"""What a platform of processes has on disk: tables of PostgreSQL, topics, objects; and how many connections it holds."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from bench.platforms import Server
from pyarrow import ipc

from fincc.common.topology import SERVICES, TOPICS

_TABLES = """
select n.nspname || '.' || coalesce(parent.relname, c.relname) as name,
       sum(pg_table_size(c.oid) - coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0))::bigint as heap,
       sum(pg_indexes_size(c.oid))::bigint as indexes,
       sum(coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0))::bigint as toast
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_inherits i on i.inhrelid = c.oid
  left join pg_class parent on parent.oid = i.inhparent
 where c.relkind = 'r' and n.nspname = any($1)
 group by 1
"""
# Rows of each as a statement, made by the server since names of tables are no parameters.
_COUNTS = """
select n.nspname || '.' || c.relname as name, format('select count(*) from %I.%I', n.nspname, c.relname) as statement
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any($1)
"""
_CONNECTIONS = """
select application_name as name, count(*) as connections
  from pg_stat_activity
 where datname = current_database() and application_name like 'fincc-%'
 group by 1
"""


@dataclass(frozen=True)
class Table:
    """`rows` are counted, the others are bytes; of a partitioned table all partitions together. An empty one is left out."""

    rows: int
    heap: int
    indexes: int
    toast: int


@dataclass(frozen=True)
class Footprint:
    """Bytes, if nothing else is said. `wal` is what was written since the server was made; `facts` are rows of the cockpit's
    files, a key on a day each; `keys` are the attribution keys that are stored."""

    tables: dict[str, Table]
    wal: int
    topics: dict[str, int]
    objects: dict[str, int]
    connections: dict[str, int]
    keys: int
    facts: int


def take(server: Server) -> Footprint:
    """Of a platform over Kafka with a PostgreSQL of its own."""
    assert server.dsn is not None
    assert server.broker is not None
    tables, wal, connections, keys = asyncio.run(_of_postgres(server.dsn))
    objects = server.platform.folder / "data" / "objects"
    topics = {t.name: _of_topic(server.broker.data_dir / "data", t.name) for t in TOPICS}
    return Footprint(tables, wal, topics, _of_objects(objects), connections, keys, _facts(objects / "cockpit/facts"))


async def _of_postgres(dsn: str) -> tuple[dict[str, Table], int, dict[str, int], int]:
    schemas = [s.name for s in SERVICES]
    connection = await asyncpg.connect(dsn)
    try:
        rows = {
            row["name"]: await connection.fetchval(row["statement"]) for row in await connection.fetch(_COUNTS, schemas)
        }
        sizes = await connection.fetch(_TABLES, schemas)
        tables = {row["name"]: _table(rows, row) for row in sizes if rows[row["name"]]}
        wal = await connection.fetchval("select pg_current_wal_lsn() - '0/0'::pg_lsn")
        connections = {row["name"]: row["connections"] for row in await connection.fetch(_CONNECTIONS)}
        keys = await connection.fetchval("select coalesce(sum(keys), 0) from attribution.key_batches")
        return tables, int(wal), connections, int(keys)
    finally:
        await connection.close()


def _table(rows: dict[str, int], row: Any) -> Table:
    return Table(rows[row["name"]], row["heap"], row["indexes"], row["toast"])


def _of_topic(folder: Path, name: str) -> int:
    """Its segments, without their indexes, which are made larger than they are used."""
    partitions = (p for p in folder.glob(f"{name}-*") if p.name.removeprefix(f"{name}-").isdigit())
    return sum(file.stat().st_size for partition in partitions for file in partition.glob("*.log"))


def _of_objects(root: Path) -> dict[str, int]:
    """By service and kind; of the cockpit's facts those of keys apart."""
    found: Counter[str] = Counter()
    for path in _files(root):
        service, kind, *_ = path.relative_to(root).parts
        is_fact = path.name.startswith("facts-") or kind != "facts"
        found[f"{service}/{kind}" if is_fact else f"{service}/{kind} of keys"] += path.stat().st_size
    return dict(found)


def _facts(folder: Path) -> int:
    rows = 0
    for path in _files(folder):
        if path.name.startswith("facts-"):
            with ipc.open_file(path) as file:
                rows += sum(file.get_batch(i).num_rows for i in range(file.num_record_batches))
    return rows


def _files(root: Path) -> Iterator[Path]:
    return (path for path in root.rglob("*") if path.is_file())
