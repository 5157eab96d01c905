"""access.openapi.TokenScheme."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_the_document_says_that_tokens_are_taken() -> None:
    document = Client().get("/api/schema/", {"format": "json"}).json()
    assert document["components"]["securitySchemes"]["token"] == {
        "type": "http",
        "scheme": "bearer",
    }
    assert {"token": []} in document["paths"]["/api/sessions/"]["get"]["security"]
