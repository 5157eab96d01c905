"""Take the newest session away: `python examples/take_results_away.py http://127.0.0.1:7000`.

Needs Python alone. On a network it shows the token that is in the environment:
`FASHIONSITE_TOKEN=$(cat var/tokens/reader)`, as `manage.py accesstoken create reader --scope read`
makes one.
"""

import json
import logging
import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def get(address: str, token: str | None = None) -> bytes:
    """What is at that address; raises HTTPError, whose body says why not."""
    request = urllib.request.Request(address)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    # Whoever runs this names the server.
    with urllib.request.urlopen(request, timeout=60) as answer:  # nosec B310  # see above
        return bytes(answer.read())


def pages(address: str, token: str | None = None) -> Iterator[dict[str, Any]]:
    """The items of a list, page after page."""
    following: str | None = address
    while following:
        page = json.loads(get(following, token))
        yield from page["results"]
        following = page["next"]


def main(server: str, folder: Path, token: str | None = None) -> Path:
    """Say how the newest session went, and save its predictions, which `verifyreport` takes."""
    session = next(pages(f"{server}/api/sessions/?limit=1", token))
    address = f"{server}/api/sessions/{session['uuid']}"
    wrong = sum(
        row["label"] not in (None, row["class_id"])
        for row in pages(f"{address}/predictions/?limit=10", token)
    )
    stored = session["ledger"]["stored"]
    logging.info("%s: %d frames, %d wrong", session["uuid"], stored, wrong)
    path = folder / f"predictions-{session['uuid']}.json"
    path.write_bytes(get(f"{address}/export.json", token))
    return path


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    saved = main(sys.argv[1], Path(), os.environ.get("FASHIONSITE_TOKEN"))
    logging.info("saved as %s", saved)
