"""Write docs/reference/asyncapi.yaml from the messages as the code defines them.

`python -m tools.build_asyncapi` writes it; a test fails where the file and the code differ.
"""

import logging
import sys
from pathlib import Path
from typing import Any

import msgspec
import yaml

from streaming.messages import (
    FRAMES_CLIENT_TYPES,
    FRAMES_SERVER_TYPES,
    FRAMES_SUBPROTOCOL,
    SESSION_CLIENT_TYPES,
    SESSION_PATH,
    SESSION_SERVER_TYPES,
    SESSION_SUBPROTOCOL,
)

logger = logging.getLogger(__name__)

PATH = Path(__file__).resolve().parent.parent / "docs" / "reference" / "asyncapi.yaml"
BINARY = {
    "frames": "A header of 32 bytes and raw pixels; the table in protocol.md gives each field.",
    "predictions": "A header of 16 bytes and three arrays; the table in protocol.md gives them.",
}


def asyncapi_document() -> dict[str, Any]:
    """The AsyncAPI 3.0 document of both sockets, as seen by a client."""
    structures = {
        **SESSION_CLIENT_TYPES,
        **SESSION_SERVER_TYPES,
        **FRAMES_CLIENT_TYPES,
        **FRAMES_SERVER_TYPES,
    }
    schemas, components = msgspec.json.schema_components(
        list(structures.values()), ref_template="#/components/schemas/{name}"
    )
    messages: dict[str, Any] = {
        name: {
            "name": name,
            "summary": (structure.__doc__ or name).strip().splitlines()[0],
            "contentType": "application/json",
            "payload": schema,
        }
        for (name, structure), schema in zip(structures.items(), schemas, strict=True)
    }
    for name, summary in BINARY.items():
        messages[name] = {
            "name": name,
            "summary": summary,
            "contentType": "application/octet-stream",
            "payload": {"type": "string", "format": "binary"},
        }
    channels = {
        "session": _channel(SESSION_PATH, SESSION_SUBPROTOCOL, "session", {}),
        "frames": _channel(
            "/frames/{session}",
            FRAMES_SUBPROTOCOL,
            "frames",
            {"session": {"description": "The session's id, from `opened`."}},
        ),
    }
    operations = {
        "sendOnSession": ("send", "session", [*SESSION_CLIENT_TYPES, "predictions"]),
        "receiveOnSession": ("receive", "session", list(SESSION_SERVER_TYPES)),
        "sendOnFrames": ("send", "frames", list(FRAMES_CLIENT_TYPES)),
        "receiveOnFrames": ("receive", "frames", [*FRAMES_SERVER_TYPES, "frames"]),
    }
    for _action, channel, names in operations.values():
        references = {name: {"$ref": f"#/components/messages/{name}"} for name in names}
        channels[channel]["messages"].update(references)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "fashionsite's sockets",
            "version": "1.0.0",
            "description": "What a client sends and receives. protocol.md says in which order, "
            "lays out the binary messages, and lists the close codes.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "session": {"host": "127.0.0.1:7000", "protocol": "ws"},
            "frames": {"host": "127.0.0.1:6000", "protocol": "ws"},
        },
        "channels": channels,
        "operations": {
            name: {
                "action": action,
                "channel": {"$ref": f"#/channels/{channel}"},
                "messages": [{"$ref": f"#/channels/{channel}/messages/{each}"} for each in names],
            }
            for name, (action, channel, names) in operations.items()
        },
        "components": {"schemas": components, "messages": messages},
    }


def _channel(
    address: str, subprotocol: str, server: str, parameters: dict[str, Any]
) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": address,
        "servers": [{"$ref": f"#/servers/{server}"}],
        "messages": {},
        "bindings": {
            "ws": {
                "headers": {
                    "type": "object",
                    "required": ["Sec-WebSocket-Protocol"],
                    "properties": {"Sec-WebSocket-Protocol": {"const": subprotocol}},
                }
            }
        },
    }
    if parameters:
        channel["parameters"] = parameters
    return channel


def asyncapi_yaml() -> str:
    """The document as YAML text."""
    text: str = yaml.safe_dump(asyncapi_document(), sort_keys=False, width=100, allow_unicode=True)
    return f"# Written by tools/build_asyncapi.py from streaming/messages.py.\n{text}"


def main() -> int:
    """Write the file."""
    PATH.write_text(asyncapi_yaml(), encoding="utf-8")
    logger.info("wrote %s", PATH)
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
