"""What every operation has in common in the OpenAPI document."""

from typing import Any

_REFUSALS = {
    "401": "No such token, or none where one is needed.",
    "403": "Not for this visitor, or asked for by a page of another site.",
    "429": "Too many requests; `Retry-After` says when trying again may help, in seconds.",
    "503": "The database cannot be used just now; nothing was changed.",
}
_PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def document_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add to each operation the refusals that any request may meet, for drf-spectacular."""
    for path in result["paths"].values():
        for operation in path.values():
            for status, description in _REFUSALS.items():
                refusal = {"description": description, "content": _PROBLEM}
                operation["responses"].setdefault(status, refusal)
    return result
