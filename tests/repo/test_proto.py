"""The contract of the topics: its generated files are fresh, and a change that breaks old messages is noticed."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from .tree import ROOT

OLD = {"fincc.v1.Total": {"1": "currency string optional", "2": "billed string optional"}}


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gen_proto", ROOT / "scripts" / "gen_proto.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_files_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/gen_proto.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"1": "currency string optional"}, "reserved 2"),
        ({"1": "currency string optional", "2": "billed double optional"}, "new number"),
        ({"1": "currency string repeated", "2": "billed string optional"}, "new number"),
        ({"1": "billed string optional", "2": "currency string optional"}, "new number"),
        ({"1": "currency string optional in body", "2": "billed string optional"}, "new number"),
    ],
)
def test_a_change_that_old_readers_misunderstand_is_refused(
    generator: ModuleType, fields: dict[str, str], word: str
) -> None:
    assert any(word in problem for problem in generator.breaks(OLD, {"fincc.v1.Total": fields}))


def test_a_removed_message_is_refused(generator: ModuleType) -> None:
    assert generator.breaks(OLD, {})


def test_a_reserved_number_is_not_given_away_again(generator: ModuleType) -> None:
    assert generator.breaks(
        {"fincc.v1.Total": {"2": "reserved"}}, {"fincc.v1.Total": {"2": "effective string optional"}}
    )


def test_an_addition_and_a_reserved_number_are_fine(generator: ModuleType) -> None:
    grown = {"fincc.v1.Total": {"1": "currency string optional", "2": "reserved", "3": "effective string optional"}}
    assert generator.breaks(OLD, {**grown, "fincc.v1.New": {}}) == []


def test_the_contract_lists_nested_fields_and_reserved_numbers(generator: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "proto"
    source.mkdir()
    (source / "a.proto").write_text(
        'syntax = "proto3"; package p; message A { reserved 2; string x = 1; oneof c { B y = 4; } '
        "message B { repeated A all = 3; } }"
    )
    out = tmp_path / "out"
    out.mkdir()
    _, descriptors = generator.compile_protos(source, out)
    assert generator.contract(descriptors) == {
        "p.A": {"1": "x string optional", "2": "reserved", "4": "y .p.A.B optional in c"},
        "p.A.B": {"3": "all .p.A repeated"},
    }
