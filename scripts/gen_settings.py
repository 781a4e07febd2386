"""Writes docs/reference/settings.md from the settings classes of all parts. `--check` writes nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings
from scripts.generated import ROOT, keep

from fincc.common.cli.client import ClientSettings
from fincc.common.settings import CommonSettings
from fincc.common.topology import SERVICES

TARGET = ROOT / "docs/reference/settings.md"
HEAD = """# Settings

Every setting is a variable of the environment. Values are checked at the start; `fincc check-config` checks them without
starting anything. A variable that is not set has the default; an empty default means that there is none, and the text says
what happens then. Defaults of secrets are not shown.

This page is written by `make gen`.
"""
BOUNDS = {Ge: ("ge", "≥"), Gt: ("gt", ">"), Le: ("le", "≤"), Lt: ("lt", "<")}
WORDS = {str: "text", int: "integer", float: "number", bool: "true or false", Path: "path", SecretStr: "secret"}


def sections() -> Iterator[tuple[str, type[BaseSettings]]]:
    """(heading, class), in the order of the page."""
    yield "Every service", CommonSettings
    for spec in SERVICES:
        for found in vars(import_module(f"fincc.{spec.name}.settings")).values():
            if isinstance(found, type) and issubclass(found, BaseSettings) and found is not BaseSettings:
                yield f"`{spec.name}`", found
    yield "The command line, where it talks to a running platform", ClientSettings


def type_words(annotation: Any) -> str:
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(type_words(a) for a in get_args(annotation) if a is not NoneType)
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{a}`" for a in get_args(annotation))
    return WORDS.get(annotation) or str(getattr(annotation, "__name__", annotation))


def kind(field: FieldInfo) -> str:
    """The type, and the values it is bounded to."""
    bounds = [
        f"{sign} {getattr(rule, name)}"
        for rule in field.metadata
        for bound, (name, sign) in BOUNDS.items()
        if isinstance(rule, bound)
    ]
    return " ".join([type_words(field.annotation), ", ".join(bounds)]).strip()


def default(field: FieldInfo) -> str:
    """As one would write it in the environment."""
    value = field.get_default(call_default_factory=True, validated_data={})
    if field.is_required():
        return "required"
    if value is None or value == "" or SecretStr in (field.annotation, *get_args(field.annotation)):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def rows(settings: type[BaseSettings]) -> Iterator[str]:
    prefix = settings.model_config.get("env_prefix", "")
    for name, field in settings.model_fields.items():
        if not field.description:
            raise ValueError(f"{settings.__name__}.{name} has no description: say what it means, and in which unit")
        variable = str(field.validation_alias or f"{prefix}{name}").upper()
        cells = (f"`{variable}`", kind(field), default(field), field.description)
        yield f"| {' | '.join(c.replace('|', chr(92) + '|') for c in cells)} |"


def page() -> str:
    parts = [HEAD]
    for heading, settings in sections():
        table = ["| variable | type | default | meaning |", "|---|---|---|---|", *rows(settings)]
        parts.append("\n".join([f"## {heading}", "", *table]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(keep(TARGET, page(), sys.argv[1:]))
