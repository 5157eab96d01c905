"""What axe-core finds wrong with a page, but for what is not ours."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Off by default, as it is new in WCAG 2.2.
RULES = {"target-size": {"enabled": True}}
# All else that axe-core looks at is the same in the dark.
COLOURS = ("color-contrast", "link-in-text-block")


def violations(page: Page, only: Sequence[str] = (), but: Sequence[str] = ()) -> list[str]:
    """What a page does against WCAG 2.2 A and AA and axe-core's best practices, a line each.

    Args:
        only: Look at these rules alone; all of them, where there are none.
        but: Leave out what these rules find.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False, "rules": RULES}
    if only:
        options = {**options, "runOnly": list(only)}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{one['id']} ({one['impact']}): {node['target'][0]} is {node['html'][:160]}; "
        f"{_sentence(node)}"
        for one in found["violations"]
        if one["id"] not in but
        for node in one["nodes"]
    ]


def _sentence(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return ", ".join(check["message"] for check in checks)
