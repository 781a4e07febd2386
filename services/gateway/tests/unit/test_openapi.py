from fincc.gateway.domain.openapi import merge


def document(service: str, schemas: dict, operation_id: str = "") -> dict:
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}
    operation = {"operationId": operation_id or f"{service}_get", "responses": {"200": answer}}
    return {"paths": {f"/api/{service}/v1/things": {"get": operation}}, "components": {"schemas": schemas}}


def page_of(item: dict) -> dict:
    return {
        "Page": {"type": "object", "properties": {"items": {"$ref": "#/components/schemas/Item"}}},
        "Item": item,
    }


def page_schema(merged: dict, service: str) -> dict:
    """What the answer of the service's route really is, references followed."""
    schemas = merged["components"]["schemas"]
    operation = merged["paths"][f"/api/{service}/v1/things"]["get"]
    page = schemas[operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]]
    return schemas[page["properties"]["items"]["$ref"].split("/")[-1]]


def test_paths_of_all_services_are_in_one_document():
    schemas = page_of({"type": "string"})
    merged = merge({"cockpit": document("cockpit", schemas), "ingestion": document("ingestion", schemas)}, "t", "1")
    assert merged["openapi"] == "3.1.0"
    assert list(merged["paths"]) == ["/api/cockpit/v1/things", "/api/ingestion/v1/things"]
    assert merged["paths"]["/api/cockpit/v1/things"]["get"]["tags"] == ["cockpit"]


def test_the_same_schema_in_two_services_is_kept_once():
    schemas = page_of({"type": "string"})
    merged = merge({"cockpit": document("cockpit", schemas), "ingestion": document("ingestion", schemas)}, "t", "1")
    assert list(merged["components"]["schemas"]) == ["Item", "Page"]


def test_schemas_that_differ_get_the_name_of_their_service():
    text, number = {"type": "string"}, {"type": "number"}
    documents = {"cockpit": document("cockpit", page_of(text)), "ingestion": document("ingestion", page_of(number))}
    merged = merge(documents, "t", "1")
    assert page_schema(merged, "cockpit") == text
    assert page_schema(merged, "ingestion") == number


def test_a_schema_that_only_refers_to_a_different_one_is_different_too():
    documents = {
        "cockpit": document("cockpit", page_of({"type": "string"})),
        "ingestion": document("ingestion", page_of({"type": "number"})),
        "attribution": document("attribution", page_of({"type": "number"})),
    }
    merged = merge(documents, "t", "1")
    assert page_schema(merged, "attribution") == {"type": "number"}
    assert page_schema(merged, "cockpit") == {"type": "string"}


def test_schemas_that_refer_to_themselves_are_merged():
    tree = {"Page": {"properties": {"items": {"$ref": "#/components/schemas/Page"}}}}
    merged = merge({"cockpit": document("cockpit", tree), "ingestion": document("ingestion", tree)}, "t", "1")
    assert merged["components"]["schemas"] == tree


def test_operation_ids_are_unique():
    schemas = page_of({"type": "string"})
    documents = {s: document(s, schemas, "get_things") for s in ("cockpit", "ingestion")}
    paths = merge(documents, "t", "1")["paths"]
    assert {p["get"]["operationId"] for p in paths.values()} == {"get_things", "ingestion_get_things"}


def test_a_discriminator_follows_its_renamed_schema():
    mapping = {"a": "#/components/schemas/Item"}
    first = {"Page": {"discriminator": {"propertyName": "k", "mapping": mapping}}, "Item": {"type": "string"}}
    second = {"Page": {"discriminator": {"propertyName": "k", "mapping": mapping}}, "Item": {"type": "number"}}
    merged = merge({"cockpit": document("cockpit", first), "ingestion": document("ingestion", second)}, "t", "1")
    schemas = merged["components"]["schemas"]
    assert schemas["IngestionPage"]["discriminator"]["mapping"] == {"a": "#/components/schemas/IngestionItem"}
    assert schemas["Page"]["discriminator"]["mapping"] == {"a": "#/components/schemas/Item"}
