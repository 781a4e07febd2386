"""The service catalog: reading, checking against the hierarchy, differences."""

import pytest

from fincc.attribution.domain.catalog import check_teams, diff, from_document, from_yaml
from fincc.attribution.domain.conditions import AllOf, Comparison
from fincc.common.yaml_files import DocumentError


def test_a_service_has_its_team_tier_and_components(services):
    checkout = services.by_id()["checkout-api"]
    assert (checkout.team, checkout.tier) == ("checkout", 1)
    assert checkout.components == (
        Comparison("Tags/application", "equals", ("checkout-api",)),
        AllOf(
            (Comparison("ServiceName", "equals", ("Amazon S3",)), Comparison("ResourceId", "prefix", ("checkout-",)))
        ),
    )


def test_a_catalog_survives_its_json_document(services):
    assert from_document(services.to_document()) == services


def test_a_team_outside_the_hierarchy_is_named_with_its_line(services, company):
    (problem,) = check_teams(services, company.team_ids())
    assert (problem.line, problem.message) == (15, "service 'orphan': the team 'gone' is not in the hierarchy")


def test_a_near_miss_is_suggested():
    catalog = from_yaml("services:\n  - id: a\n    name: A\n    team: chekout\n")
    (problem,) = check_teams(catalog, ["checkout", "other"])
    assert problem.line == 4
    assert problem.message.endswith("did you mean 'checkout'?")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("services:\n  - {id: a, name: A}\n", 2, "a service needs 'team'"),
        ("services:\n  - {id: a, name: A, team: t}\n  - {id: a, name: B, team: t}\n", 3, "is given twice"),
        ("services:\n  - {id: A b, name: A, team: t}\n", 2, "must consist of small letters"),
        ("services:\n  - {id: a, name: A, team: t, tier: high}\n", 2, "tier 'high' must be a whole number"),
        ("services:\n  - {id: a, name: A, team: t, tears: 1}\n", 2, "a service has no 'tears'"),
        (
            "services:\n  - id: a\n    name: A\n    team: t\n    components:\n      - {column: Service, equals: x}\n",
            6,
            "service a: the column 'Service' does not exist",
        ),
    ],
)
def test_a_mistake_is_refused_with_its_line(text, line, message):
    with pytest.raises(DocumentError) as caught:
        from_yaml(text)
    assert [p.line for p in caught.value.problems] == [line]
    assert message in str(caught.value)


def test_a_difference_names_services_and_fields(services):
    document = services.to_document()
    document["services"][0]["team"] = "fraud-ml"
    del document["services"][1]
    document["services"].append({"id": "new", "name": "New", "team": "checkout"})
    found = diff(services, from_document(document))
    assert [s.id for s in found.added] == ["new"]
    assert [s.id for s in found.removed] == ["scoring"]
    assert [(c.after.id, c.fields) for c in found.changed] == [("checkout-api", ("team",))]
    assert not diff(services, services)
