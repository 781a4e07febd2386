"""Where the parts of Arrow's messages stand: a stream is a schema, the dictionaries, a batch.

Source of the layout: Arrow's columnar format (IPC), `Message.fbs` and `Schema.fbs`; tables are read through their
vtables, so later versions of the format may add fields.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

DICTIONARY, BATCH = 2, 3  # kinds of message
NOT_SMALLER = -1  # stands for the length of a buffer that was not compressed after all
_CONTINUATION = 0xFFFFFFFF
U8, _U16, _I32, _U32, I64, PAIR = (struct.Struct(f"<{form}").unpack_from for form in ("B", "H", "i", "I", "q", "qq"))
_PREFIX = struct.Struct("<IiI").unpack_from  # marker, length, where the Message table is
_FIELD_3 = struct.Struct("<H8xH").unpack_from  # of a vtable: its size, and where field 3 (bodyLength) is


@dataclass(frozen=True)
class Record:
    """Arrays as stored: `at` is their RecordBatch table in `view`, `body` is where their buffers are counted from."""

    view: memoryview
    at: int
    body: int


def message_at(view: memoryview, at: int) -> tuple[int, int]:
    """(place of the Message table, where the next message begins). Raises ValueError at the end.

    Every reader walks over all messages of every part, so what `number_of` would do for field 3 is done here in one go.
    """
    marker, length, root = _PREFIX(view, at)
    if marker != _CONTINUATION or length <= 0:
        raise ValueError("a message is missing")
    table = at + 8 + root
    size, offset = _FIELD_3(view, table - _I32(view, table)[0])
    end = at + 8 + length + (I64(view, table + offset)[0] if size > 10 and offset else 0)
    if not at < end <= len(view):
        raise ValueError("the end is missing")
    return table, end


def record_at(view: memoryview, at: int, kind: int, number: int = 0) -> Record:
    """The arrays in the message at `at`, which must be of that kind; dictionaries are numbered in order of the columns."""
    table, _ = message_at(view, at)
    header = target_of(view, table, 2)
    if number_of(view, table, 1, U8) != kind or not header:
        raise ValueError("a message is not of the expected kind")
    if kind == DICTIONARY:
        if number_of(view, header, 0) != number:
            raise ValueError("the dictionaries are not in the order of their columns")
        header = target_of(view, header, 1)
    return Record(view, header, at + 8 + _I32(view, at + 4)[0])


def place_of(view: memoryview, table: int, field: int) -> int:
    """Where the value of a table's field stands, 0 when it is left out and has its default."""
    vtable = table - _I32(view, table)[0]
    if 4 + 2 * field >= _U16(view, vtable)[0]:
        return 0
    offset = int(_U16(view, vtable + 4 + 2 * field)[0])
    return table + offset if offset else 0


def number_of(view: memoryview, table: int, field: int, form: Callable[..., tuple[int, ...]] = I64) -> int:
    found = place_of(view, table, field)
    return form(view, found)[0] if found else 0


def target_of(view: memoryview, table: int, field: int) -> int:
    """Where the table or vector that a field refers to begins, 0 when there is none."""
    found = place_of(view, table, field)
    return found + int(_U32(view, found)[0]) if found else 0


def element_of(view: memoryview, table: int, field: int, position: int, size: int) -> int:
    """Where an element of a vector of structs of `size` bytes stands."""
    begin = target_of(view, table, field)
    if not begin or position >= _U32(view, begin)[0]:
        raise ValueError("an array is missing")
    return begin + 4 + position * size
