"""How the OpenAPI document describes tokens."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped
    """``Authorization: Bearer`` as a security scheme; known to drf-spectacular by being loaded."""

    target_class = "access.rest.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The scheme."""
        del auto_schema
        return {"type": "http", "scheme": "bearer"}
