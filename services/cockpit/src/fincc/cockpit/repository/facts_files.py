"""The files of a snapshot's keys and facts: uncompressed Arrow IPC, so that a folder's files can be mapped into memory.

`<folder>/facts-0000.arrow …` hold facts and `keys-0000.arrow …` with `tags-0000.arrow …` keys as they were spilled; `bases`
and `owners` are written at the Seal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import orjson
import pyarrow as pa
from pyarrow import ipc

from fincc.cockpit.domain.columns import BASE_COLUMNS
from fincc.cockpit.domain.facts import Bools, Facts, from_batch, to_batch
from fincc.cockpit.domain.keys import Base, KeyChunk, Keys, Tags, TextColumn
from fincc.common.batches import codes, dictionary
from fincc.common.focus import OWNER_COLUMNS
from fincc.common.objects import ObjectStore
from fincc.common.ownership import Owner

_CURRENCIES = b"currencies"


class TooManyKeys(Exception):
    """A bill has more keys than are wanted."""


def new_folder(source_id: str, billing_period: str, version: int, attempt: str) -> str:
    return f"cockpit/facts/{source_id}/{billing_period}/{version}/{attempt}"


def write_facts(objects: ObjectStore, folder: str, number: int, facts: Facts) -> None:
    _write(objects, f"{folder}/facts-{number:04d}.arrow", to_batch(facts))


def write_keys(objects: ObjectStore, folder: str, number: int, keys: KeyChunk, currencies: Sequence[str]) -> None:
    """A chunk of keys; `currencies` as far as they are known, with the last chunk all of them."""
    batch = pa.record_batch(
        {
            "low": pa.array(keys.low),
            "high": pa.array(keys.high),
            "base": pa.array(keys.base),
            "ResourceId": keys.resource,
            "ResourceType": dictionary(keys.resource_type.codes, keys.resource_type.values),
            "owner": pa.array(keys.part_owner),
        }
    ).replace_schema_metadata({_CURRENCIES: orjson.dumps(list(currencies))})
    tags = {
        "key": pa.array(keys.tags.key),
        "name": dictionary(keys.tags.name, pa.array(keys.tags.names, pa.string())),
        "value": dictionary(keys.tags.value, keys.tags.values),
    }
    _write(objects, f"{folder}/tags-{number:04d}.arrow", pa.record_batch(tags))
    _write(objects, f"{folder}/keys-{number:04d}.arrow", batch)


def write_shared(objects: ObjectStore, folder: str, bases: Sequence[Base], owners: Sequence[Owner]) -> None:
    """What the numbers in all chunks of keys stand for."""
    _write(objects, f"{folder}/bases.arrow", _tuples(BASE_COLUMNS, bases))
    _write(objects, f"{folder}/owners.arrow", _tuples(OWNER_COLUMNS, owners))


def read_keys(objects: ObjectStore, folder: str, most: int | None = None) -> tuple[Keys, list[str]]:
    """The keys, and the currencies that the facts' codes stand for. Raises TooManyKeys, and reads no further than it takes to
    know, where there are more than `most`."""
    batches: list[pa.RecordBatch] = []
    for path in _named(objects, folder, "keys"):
        batches.append(_read(objects, path))
        if most is not None and sum(batch.num_rows for batch in batches) > most:
            raise TooManyKeys(f"{folder}: more than {most} keys")
    tags = [_read(objects, path) for path in _named(objects, folder, "tags")]
    owners = [(team, service, rule) for team, service, rule in _rows(_read(objects, f"{folder}/owners.arrow"))]
    chunks = [_chunk(*both) for both in zip(batches, tags, strict=True)]
    keys = Keys(chunks, _rows(_read(objects, f"{folder}/bases.arrow")), owners)
    return keys, orjson.loads(batches[-1].schema.metadata[_CURRENCIES])


def _chunk(keys: pa.RecordBatch, tags: pa.RecordBatch) -> KeyChunk:
    types = keys.column("ResourceType")
    return KeyChunk(
        keys.column("low").to_numpy(),
        keys.column("high").to_numpy(),
        keys.column("base").to_numpy(),
        keys.column("owner").to_numpy(),
        keys.column("ResourceId"),
        TextColumn(codes(types), types.dictionary),
        Tags(
            tags.column("key").to_numpy(),
            codes(tags.column("name")),
            codes(tags.column("value")),
            tags.column("name").dictionary.to_pylist(),
            tags.column("value").dictionary,
        ),
    )


def _named(objects: ObjectStore, folder: str, kind: str) -> list[str]:
    """The files of a kind, in the order in which they were written."""
    return [path for path in objects.list(folder) if path.rsplit("/", 1)[1].startswith(kind)]


class StoredFacts:
    """The facts of a snapshot, to be asked for again and again: the files stay mapped, since to open them anew takes as long
    as to read what most questions are about."""

    def __init__(self, objects: ObjectStore, folder: str) -> None:
        self._objects, self._folder = objects, folder

    def read(self, metrics: Sequence[str], wanted: Bools) -> Iterator[Facts]:
        """Those of `wanted` keys."""
        batches = self.held if self.held is not None else _read_all(self._objects, self._folder)
        return (from_batch(batch, metrics, wanted) for batch in batches)

    @cached_property
    def held(self) -> list[pa.RecordBatch] | None:
        """None where not all of them can be mapped."""
        files = [self._objects.mapped(path) for path in _named(self._objects, self._folder, "facts-")]
        mapped = [file for file in files if file is not None]
        return [ipc.open_file(file).get_batch(0) for file in mapped] if len(mapped) == len(files) else None


def read_facts(objects: ObjectStore, folder: str) -> Iterator[Facts]:
    return map(from_batch, _read_all(objects, folder))


def _read_all(objects: ObjectStore, folder: str) -> Iterator[pa.RecordBatch]:
    return (_read(objects, path) for path in _named(objects, folder, "facts-"))


def _tuples(columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> pa.RecordBatch:
    return pa.record_batch({name: pa.array([r[i] for r in rows], pa.string()) for i, name in enumerate(columns)})


def _rows(batch: pa.RecordBatch) -> list[tuple[str | None, ...]]:
    return list(zip(*(c.to_pylist() for c in batch.columns), strict=True))


def _write(objects: ObjectStore, path: str, batch: pa.RecordBatch) -> None:
    sink = pa.BufferOutputStream()
    with ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    objects.write(path, sink.getvalue())


def _read(objects: ObjectStore, path: str) -> pa.RecordBatch:
    """For what is read once: of a bucket no copy stays."""
    local = objects.local_path(path)
    source = pa.memory_map(str(local)) if local is not None else pa.BufferReader(objects.read(path))
    return ipc.open_file(source).get_batch(0)
