"""tools.plan_capacity.as_markdown."""

from tests.servers import ROOT
from tools.plan_capacity import MEASURED, WANTED, as_markdown


def test_the_page_has_the_tables_as_they_are_worked_out() -> None:
    page = (ROOT / "docs" / "scaling.md").read_text("utf-8")
    for table in as_markdown(MEASURED, WANTED).split("\n\n"):
        assert table in page
