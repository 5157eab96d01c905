"""results.templatetags.results_format.decimal, and every filter that writes with it."""

from collections.abc import Callable

import pytest
from django.utils import translation

from results.templatetags import results_format as formats


@pytest.mark.parametrize(
    ("write", "english", "german"),
    [
        pytest.param(lambda: formats.decimal(1.25, 1), "1.2", "1,2", id="decimal"),
        pytest.param(lambda: formats.decimal(12, 0), "12", "12", id="whole"),
        pytest.param(lambda: formats.percent(0.94876, 2), "94.88 %", "94,88 %", id="percent"),
        pytest.param(lambda: formats.percent(None), "–", "–", id="no percent"),
        pytest.param(lambda: formats.count(1234567), "1 234 567", "1 234 567", id="count"),
        pytest.param(lambda: formats.milliseconds(9.5), "9.50 ms", "9,50 ms", id="milliseconds"),
        pytest.param(lambda: formats.milliseconds(12345), "12.3 s", "12,3 s", id="seconds"),
        pytest.param(lambda: formats.rate(9.94), "9.94 fps", "9,94 fps", id="rate"),
        pytest.param(lambda: formats.rate(12345.6), "12 346 fps", "12 346 fps", id="high rate"),
        pytest.param(
            lambda: formats.rate_asked(0), "as fast as it goes", "so schnell es geht", id="any rate"
        ),
        pytest.param(lambda: formats.duration(2.5), "2.5 s", "2,5 s", id="duration"),
        pytest.param(lambda: formats.p_value(0.0314), "0.031", "0,031", id="p"),
        pytest.param(lambda: formats.p_value(1e-9), "< 0.001", "< 0,001", id="small p"),
        pytest.param(
            lambda: formats.drift_level("large"), "large drift", "starke Drift", id="drift"
        ),
        pytest.param(
            lambda: formats.between("0 %", "5 %"), "0 % to 5 %", "0 % bis 5 %", id="range"
        ),
        pytest.param(
            lambda: formats.ranges([[2 * one, 2 * one] for one in range(7)]),
            "0, 2, 4, 6, 8, 10 and 1 more",
            "0, 2, 4, 6, 8, 10 und 1 weiterer Bereich",
            id="ranges",
        ),
        # A program reads these: they are the same in every language.
        pytest.param(
            lambda: formats.draw_bar(12.5)[-45:],
            '<rect class="bar-fill" width="12.50" height="8"/></svg>'[-45:],
            '<rect class="bar-fill" width="12.50" height="8"/></svg>'[-45:],
            id="bar",
        ),
    ],
)
def test_people_read_numbers_as_their_language_writes_them(
    write: Callable[[], str], english: str, german: str
) -> None:
    for language, text in (("en", english), ("de", german)):
        with translation.override(language):
            assert write().replace("\u202f", " ") == text
