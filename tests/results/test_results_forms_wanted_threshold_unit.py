"""results.forms.wanted_threshold."""

import pytest
from django.http import QueryDict

from results.forms import wanted_threshold


@pytest.mark.parametrize(
    ("query", "threshold"),
    [
        pytest.param("threshold=0.35", 0.35, id="a fraction"),
        pytest.param("threshold=7", None, id="out of range"),
        pytest.param("threshold=x", None, id="no number"),
        pytest.param("class_id=3", None, id="not asked for"),
    ],
)
def test_gives_what_the_query_asks_for(query: str, threshold: float | None) -> None:
    assert wanted_threshold(QueryDict(query)) == threshold
