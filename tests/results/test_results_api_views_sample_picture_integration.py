"""results.api.views.SamplePicture: one sample as PNG."""

import pytest
from rest_framework.test import APIClient

from tests.results.conftest import make_report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "accept",
    [
        pytest.param("*/*", id="anything"),
        pytest.param("image/avif,image/png", id="a browser"),
        pytest.param("application/json", id="JSON"),
    ],
)
def test_gives_the_picture_that_the_client_sent(accept: str) -> None:
    report = make_report()
    response = APIClient().get(
        f"/api/sessions/{report.session_id}/samples/0.png", headers={"Accept": accept}
    )
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert "immutable" in response["Cache-Control"]
    assert response.content == bytes(report.samples.get(position=0).png)


def test_a_position_without_sample_is_not_found() -> None:
    report = make_report()
    response = APIClient().get(f"/api/sessions/{report.session_id}/samples/99.png")
    assert (response.status_code, response.json()["code"]) == (404, "sample-not-found")
