"""results.api.openapi.document_refusals: what any request may meet, in the OpenAPI document."""

from typing import Any

from rest_framework.test import APIClient

from results.api.openapi import document_refusals


def test_leaves_what_an_operation_says_itself() -> None:
    own = {"description": "mine"}
    document: dict[str, Any] = {"paths": {"/": {"get": {"responses": {"200": {}, "403": own}}}}}
    responses = document_refusals(document)["paths"]["/"]["get"]["responses"]
    assert responses["403"] is own
    assert set(responses) == {"200", "401", "403", "429", "503"}
    assert "Retry-After" in responses["429"]["description"]


def test_is_in_every_operation_of_the_served_document() -> None:
    document = APIClient().get("/api/schema/?format=json").json()
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert len(operations) >= 13
    for operation in operations:
        for status in ("401", "403", "429", "503"):
            content = operation["responses"][status]["content"]["application/json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert "Problem" in document["components"]["schemas"]
