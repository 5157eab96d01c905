"""tools.build_asyncapi.asyncapi_document."""

from typing import Any

import pytest

from streaming.messages import (
    FRAMES_CLIENT_TYPES,
    FRAMES_SERVER_TYPES,
    SESSION_CLIENT_TYPES,
    SESSION_SERVER_TYPES,
)
from tools.build_asyncapi import asyncapi_document


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        found = [node["$ref"]] if "$ref" in node else []
        return found + [each for value in node.values() for each in _references(value)]
    if isinstance(node, list):
        return [each for value in node for each in _references(value)]
    return []


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi_document()
    references = _references(document)
    assert len(references) > 30
    for reference in references:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        pytest.param("sendOnSession", {*SESSION_CLIENT_TYPES, "predictions"}, id="to sessions"),
        pytest.param("receiveOnSession", set(SESSION_SERVER_TYPES), id="from sessions"),
        pytest.param("sendOnFrames", set(FRAMES_CLIENT_TYPES), id="to frames"),
        pytest.param("receiveOnFrames", {*FRAMES_SERVER_TYPES, "frames"}, id="from frames"),
    ],
)
def test_each_side_of_each_socket_has_its_messages(operation: str, expected: set[str]) -> None:
    messages = asyncapi_document()["operations"][operation]["messages"]
    assert {each["$ref"].rpartition("/")[2] for each in messages} == expected


def test_says_what_a_field_may_be() -> None:
    credit = asyncapi_document()["components"]["schemas"]["Credit"]
    assert credit["required"] == ["type", "until"]
    assert credit["properties"]["until"] == {"type": "integer", "minimum": 0, "maximum": 2**62}
