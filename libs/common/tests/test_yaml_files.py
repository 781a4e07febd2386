"""Reading documents with their lines."""

from typing import Any

import pytest

from fincc.common import yaml_files as document
from fincc.common.yaml_files import DocumentError, Reader, from_plain, read_yaml


def refusal(text):
    with pytest.raises(DocumentError) as caught:
        read_yaml(text, "f.yaml")
    return str(caught.value)


def test_scalars_keep_the_text_as_written():
    values: Any = read_yaml("[012345678901, no, 1.10, 2025-01-01, True]", "f.yaml").value
    assert [v.value for v in values] == ["012345678901", "no", "1.10", "2025-01-01", "True"]


def test_every_value_knows_its_line():
    root: Any = read_yaml("a:\n  - x\n  - b: y\n", "f.yaml")
    assert [i.line for i in root.value["a"].value] == [2, 3]


def test_a_key_given_twice_is_refused():
    assert refusal("a: 1\nb: 2\na: 3\n") == "f.yaml, line 3: the key 'a' is given twice (first in line 1)"


def test_broken_yaml_names_the_line():
    assert refusal("a: 1\nb: [1, 2\nc: 3\n").startswith("f.yaml, line 3: this is not valid YAML")


def test_a_file_that_is_no_text_names_the_line():
    assert refusal(b"a: 1\nb: \xff\n") == "f.yaml, line 2: this is not UTF-8 text: save the file as UTF-8"


def test_an_empty_file_is_refused():
    assert refusal("# nothing\n") == "f.yaml, the file is empty"


@pytest.mark.parametrize(
    "text",
    [
        "&a [*a]",
        "[" * 200 + "]" * 200,
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{c}: &{c} [{', '.join(['*' + p] * 10)}]\n" for p, c in zip("abcdef", "bcdefg", strict=True)),
    ],
)
def test_a_document_that_would_grow_without_bound_is_refused(text, monkeypatch):
    monkeypatch.setattr(document, "MAX_VALUES", 20_000)
    assert "nested too deeply or too large" in refusal(text)


def test_json_bodies_have_paths_instead_of_lines():
    reader = Reader("body")
    root: Any = from_plain({"a": [{"b": 1}, {"b": []}]})
    reader.text(root.value["a"].value[1].value["b"], "b")
    with pytest.raises(DocumentError, match=r"body, a\[1\].b: b must be text, not a list"):
        reader.finish()


def test_a_long_list_of_problems_is_cut_in_the_message_only():
    reader = Reader("f.yaml")
    root: Any = read_yaml("\n".join("- []" for _ in range(50)), "f.yaml")
    for item in root.value:
        reader.text(item, "x")
    with pytest.raises(DocumentError) as caught:
        reader.finish()
    assert len(caught.value.problems) == 50
    assert str(caught.value).endswith("… and 30 more")
