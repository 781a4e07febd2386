"""The guards of an upgrade see what breaks it, and let pass what does not."""

from __future__ import annotations

from typing import Any

import pytest

from . import migration_breaks, openapi_breaks


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ('op.execute("alter table runs drop column bytes")', "runs.bytes"),
        ('op.execute("alter table runs drop bytes, add column b text")', "runs.bytes"),
        ('op.drop_column("runs", "bytes")', "runs.bytes"),
        ('op.execute("drop table if exists runs")', "runs"),
        ('op.drop_table("runs")', "runs"),
        ('op.execute("alter table runs rename column bytes to size")', "runs"),
        ('op.alter_column("runs", "bytes", new_column_name="size")', "runs.bytes"),
        ('op.rename_table("runs", "walks")', "runs"),
        ('op.execute("alter table runs alter column bytes set not null")', "runs"),
        ('op.alter_column("runs", "bytes", nullable=False)', "runs.bytes"),
        ('op.execute("alter table runs alter bytes type numeric(38, 12)")', "runs"),
        ('op.alter_column("runs", "bytes", type_=sa.Text())', "runs.bytes"),
        ('op.execute("alter table runs add column a text, add column size numeric(3, 1) not null")', "runs.size"),
        ('op.add_column("runs", sa.Column("size", sa.Text, nullable=False))', "runs.size"),
        ('op.execute("alter table runs add constraint positive check (bytes > 0)")', "runs"),
        ('op.create_unique_constraint("once", "runs", ["bytes"])', "runs"),
        ('op.execute("create unique index once on runs (bytes)")', "runs"),
        ('op.execute("alter table runs drop constraint runs_pkey")', "runs"),
        ('op.execute("alter table runs alter bytes drop default")', "runs"),
        ('op.execute("alter table runs drop column default_size")', "runs.default_size"),
        ('op.execute("alter table runs add size bigint not null")', "runs.size"),
        ('op.alter_column("runs", "bytes", server_default=None)', "runs.bytes"),
        ('op.execute("truncate runs")', "runs"),
    ],
)
def test_a_migration_that_the_version_before_cannot_live_with_is_found(statement: str, place: str) -> None:
    source = f'"""Words: drop table."""\n\ndef upgrade():\n    {statement}\n'
    assert [b.place for b in migration_breaks.find_breaks(source)] == [place]
    as_list = f"STATEMENTS = ({statement.removeprefix('op.execute(')[:-1]},)\n"
    if "execute" in statement:
        assert [b.place for b in migration_breaks.find_breaks(as_list)] == [place]


@pytest.mark.parametrize(
    "statement",
    [
        'op.execute("alter table runs add column if not exists size bigint")',
        'op.execute("alter table runs add column paused boolean not null default false")',
        'op.add_column("runs", sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()))',
        'op.execute("alter table runs alter column bytes drop not null")',
        'op.create_index("runs_by_day", "runs", ["day"], unique=False)',
        'op.alter_column("runs", "bytes", nullable=True)',
        'op.execute("create table t (a text not null unique); create unique index t_a on t (a)")',
        'op.create_table("t", sa.Column("a", sa.Text)), op.create_unique_constraint("once", "t", ["a"])',
        'op.execute("drop index runs_by_day"), op.execute("create index runs_by_day on runs (day)")',
        'op.execute("insert into walks select * from runs")',
    ],
)
def test_a_migration_that_only_adds_is_fine(statement: str) -> None:
    source = f'def upgrade():\n    {statement}\n\ndef downgrade():\n    op.drop_table("runs")\n'
    assert migration_breaks.find_breaks(source) == []


def test_what_a_migration_gives_up_is_read_from_it() -> None:
    assert migration_breaks.contracts('contracts = ("runs.bytes", "walks")\n') == {"runs.bytes", "walks"}


def test_other_words_about_a_migration_do_not_change_it() -> None:
    one, other = ('"""One."""\nrevision = "1"  # first\n', '"""Two."""\nrevision = "1"\n')
    assert migration_breaks.without_words(one) == migration_breaks.without_words(other) != ""


def document(parameters: list[Any] | None = None, body: Any = None, answer: Any = None, path: str = "/a/{x}") -> Any:
    operation = {
        "parameters": parameters or [],
        "responses": {"200": {"content": {"application/json": {"schema": answer or {}}}}},
    }
    if body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return {
        "paths": {path: {"post": operation}},
        "components": {
            "schemas": {"A": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}}
        },
    }


def obj(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


TEXT, NUMBER, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}
LIMIT = {"in": "query", "name": "limit", "schema": NUMBER}
A = {"$ref": "#/components/schemas/A"}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (document(), document(path="/b"), "POST /a/{x} was removed"),
        (document([LIMIT]), document(), "POST /a/{x}: parameter limit was removed"),
        (document(), document([{**LIMIT, "required": True}]), "POST /a/{x}: parameter limit is required"),
        (document(), document(body=obj()), "POST /a/{x}: a body is required"),
        (document(body=obj(a=TEXT)), document(body=obj(a=NUMBER)), "POST /a/{x}: body.a was string, is integer"),
        (document(body=obj(a=TEXT)), document(body=obj()), "POST /a/{x}: body: a was removed"),
        (document(body=obj()), document(body=obj(("a",), a=TEXT)), "POST /a/{x}: body: a is required"),
        (
            document(body=obj(a={**TEXT, "enum": ["b", "c"]})),
            document(body=obj(a={**TEXT, "enum": ["c"]})),
            "POST /a/{x}: body.a: b is refused",
        ),
        (
            document(body=obj(a=TEXT)),
            document(body=obj(a={**TEXT, "enum": ["b", "c"]})),
            "POST /a/{x}: body.a: all but b, c is refused",
        ),
        (
            document(body=obj(a={"anyOf": [TEXT, NULL]})),
            document(body=obj(a=TEXT)),
            "POST /a/{x}: body.a: null is not known to who reads it",
        ),
        (document(answer=A), document(answer=obj()), "POST /a/{x}: answer: a was removed"),
        (document(answer=A), document(answer=obj(a=TEXT)), "POST /a/{x}: answer: a may be missing"),
        (
            document(answer=obj(a=TEXT)),
            document(answer=obj(a={"anyOf": [TEXT, NULL]})),
            "POST /a/{x}: answer.a: null is not known to who reads it",
        ),
        (
            document(answer={"type": "array", "items": A}),
            document(answer={"type": "array", "items": obj()}),
            "POST /a/{x}: answer[]: a was removed",
        ),
    ],
)
def test_what_a_client_cannot_do_any_more_is_found(old: Any, new: Any, sentence: str) -> None:
    assert openapi_breaks.find_breaks(old, new) == [sentence]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (document(), document(path="/a/{y}")),
        (document(), document([LIMIT])),
        (document(body=obj(("a",), a=TEXT)), document(body=obj(a={"anyOf": [TEXT, NULL]}, b=TEXT))),
        (document(answer=A), document(answer=obj(("a", "b"), a=TEXT, b=TEXT))),
        (document(answer=obj(a={"anyOf": [A, NULL]})), document(answer=obj(a=A))),
    ],
)
def test_what_is_added_breaks_nothing(old: Any, new: Any) -> None:
    assert openapi_breaks.find_breaks(old, new) == []
