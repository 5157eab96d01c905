"""The JSON Schema of reports."""

from typing import Any

from django.conf import settings
from jsonschema import Draft202012Validator

from results.report import REPORT_FORMAT, REPORT_VERSION, report_schema


def test_is_itself_valid() -> None:
    Draft202012Validator.check_schema(report_schema())


def test_is_of_this_format_and_version() -> None:
    properties = report_schema()["properties"]
    assert properties["format"] == {"const": REPORT_FORMAT}
    assert properties["version"] == {"const": REPORT_VERSION}


def _parts(schema: Any) -> list[dict[str, Any]]:
    parts = []
    if isinstance(schema, dict):
        parts.append(schema)
        schema = list(schema.values())
    if isinstance(schema, list):
        parts += [part for item in schema for part in _parts(item)]
    return parts


def test_every_object_is_closed_and_every_length_limited() -> None:
    for part in _parts(report_schema()):
        kinds = part.get("type", [])
        if not isinstance(kinds, str | list):
            continue  # a property that is called type
        if "object" in kinds:
            assert part["additionalProperties"] is False
        if "array" in kinds:
            assert "maxItems" in part
        if "string" in kinds:
            assert "maxLength" in part or "pattern" in part


def test_every_field_is_explained() -> None:
    page = (settings.BASE_DIR / "docs" / "reference" / "report.md").read_text(encoding="utf-8")
    for part in _parts(report_schema()):
        for name in part.get("properties", ()):
            assert f"`{name}`" in page
