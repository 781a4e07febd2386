"""The service catalog: which services there are, which team each belongs to, and by which records one knows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from fincc.attribution.domain.conditions import Condition, condition_document, parse_condition
from fincc.attribution.domain.hierarchy_files import SLUG
from fincc.common.yaml_files import Item, Problem, Reader, from_plain, read_yaml, suggest


@dataclass(frozen=True, slots=True)
class Service:
    """A record that meets any of `components` is part of the service. `line`: where the file names the team."""

    id: str
    name: str
    team: str
    tier: int | None = None
    components: tuple[Condition, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Services in the order of the file, which decides between services whose components meet the same record."""

    services: tuple[Service, ...] = ()

    def by_id(self) -> dict[str, Service]:
        return {service.id: service for service in self.services}

    def to_document(self) -> dict[str, object]:
        """A JSON document that `from_document` reads back to an equal catalog."""
        return {"services": [_service_document(service) for service in self.services]}


def _service_document(service: Service) -> dict[str, object]:
    return {
        "id": service.id,
        "name": service.name,
        "team": service.team,
        "tier": service.tier,
        "components": [condition_document(c) for c in service.components],
    }


def from_yaml(data: str | bytes, source: str = "catalog.yaml") -> Catalog:
    """Raises DocumentError with the lines of all problems. Teams are checked apart, by `check_teams`."""
    return _parse(read_yaml(data, source), Reader(source))


def from_document(document: object, source: str = "catalog") -> Catalog:
    """The same from decoded JSON. Raises DocumentError."""
    return _parse(from_plain(document), Reader(source))


def check_teams(catalog: Catalog, team_ids: Collection[str]) -> list[Problem]:
    """One problem for every service whose team is not among the teams of the hierarchy."""
    known = sorted(team_ids)
    return [
        Problem(s.line, f"services.{s.id}.team", f"service {s.id!r}: {unknown_team(s.team, known)}")
        for s in catalog.services
        if s.team not in team_ids
    ]


def unknown_team(team: str, known: Collection[str]) -> str:
    return f"the team {team!r} is not in the hierarchy{suggest(team, list(known))}"


def _parse(root: Item, reader: Reader) -> Catalog:
    top = reader.mapping(root, "the document", ["services"])
    services: dict[str, Service] = {}
    for item in reader.sequence(top.get("services"), "services"):
        service = _parse_service(item, reader)
        if service is None:
            continue
        if service.id in services:
            reader.refuse(item, f"the service {service.id!r} is given twice")
        services[service.id] = service
    reader.finish()
    return Catalog(tuple(services.values()))


def _parse_service(item: Item, reader: Reader) -> Service | None:
    fields = reader.mapping(item, "a service", ["id", "name", "team"], ["tier", "components"])
    service_id = reader.text(fields.get("id"), "the id of a service")
    if service_id is not None and not SLUG.fullmatch(service_id):
        message = f"the id {service_id!r} must consist of small letters, digits and '-', like 'checkout-api'"
        reader.refuse(fields["id"], message)
    name = reader.text(fields.get("name"), "the name of a service")
    team = reader.text(fields.get("team"), "the team of a service")
    tier = _parse_tier(fields.get("tier"), reader)
    where = f"service {service_id}"
    parsed = [parse_condition(c, reader, where) for c in reader.sequence(fields.get("components"), "components")]
    components = tuple(c for c in parsed if c is not None)
    if service_id is None or name is None or team is None:
        return None
    return Service(service_id, name, team, tier, components, fields["team"].line)


def _parse_tier(item: Item | None, reader: Reader) -> int | None:
    text = reader.text(item, "tier")
    if item is None or text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        reader.refuse(item, f"tier {text!r} must be a whole number from 0 to 999")
        return None
    return int(text)


@dataclass(frozen=True, slots=True)
class ServiceChange:
    before: Service
    after: Service
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogDiff:
    added: tuple[Service, ...]
    changed: tuple[ServiceChange, ...]
    removed: tuple[Service, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def diff(old: Catalog, new: Catalog) -> CatalogDiff:
    """What an import changes, in the order of the new catalog (removed ones in the old order)."""
    before, after = old.by_id(), new.by_id()
    both = ((before[s.id], s) for s in new.services if s.id in before)
    changes = (ServiceChange(b, a, _differing(b, a)) for b, a in both)
    return CatalogDiff(
        added=tuple(s for s in new.services if s.id not in before),
        changed=tuple(c for c in changes if c.fields),
        removed=tuple(s for s in old.services if s.id not in after),
    )


def _differing(before: Service, after: Service) -> tuple[str, ...]:
    names = ("name", "team", "tier", "components")
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))
