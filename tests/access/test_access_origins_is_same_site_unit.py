"""access.origins.is_same_site."""

import pytest

from access.origins import is_same_site


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        pytest.param(None, "a.example", True, id="no page"),
        pytest.param("https://a.example", "a.example", True, id="its own page"),
        pytest.param("http://A.example:81", "a.EXAMPLE:81", True, id="in another case"),
        pytest.param("http://b.example", "a.example", False, id="another site"),
        pytest.param("http://a.example:82", "a.example:81", False, id="another port"),
        pytest.param("http://a.example@b.example", "a.example", False, id="a user name"),
        pytest.param("null", "null", False, id="a page without an origin"),
        pytest.param("null", "", False, id="null and no host"),
        pytest.param("", "", False, id="nothing"),
        pytest.param("http://[", "a.example", False, id="no URL"),
        pytest.param("file://", "", False, id="a file"),
    ],
)
def test_compares_the_page_with_the_host(origin: str | None, host: str, expected: bool) -> None:
    assert is_same_site(origin, host) is expected
