"""results.api.views.FramePicture: one frame as PNG."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def frame_source(path: str, sha256: str, index: int) -> NDArray[np.uint8]:
    """A picture of the index, in place of a dataset's."""
    del path, sha256
    return np.full((4, 6), index, dtype=np.uint8)


@pytest.fixture(autouse=True)
def _use_frame_source(settings: Settings) -> None:
    settings.RESULTS_FRAME_SOURCE = f"{__name__}.frame_source"


def test_gives_the_frame_at_the_offset_of_the_session() -> None:
    session = make_session(offset=30)
    response = APIClient().get(f"/api/sessions/{session.uuid}/frames/7.png")
    assert response["Content-Type"] == "image/png"
    assert "immutable" in response["Cache-Control"]
    with Image.open(BytesIO(response.content)) as image:
        assert (np.asarray(image) == np.full((4, 6), 37)).all()


def test_enlarges_when_asked_to() -> None:
    session = make_session()
    response = APIClient().get(f"/api/sessions/{session.uuid}/frames/0.png?scale=16")
    with Image.open(BytesIO(response.content)) as image:
        assert image.size == (96, 64)


@pytest.mark.parametrize(
    "scale",
    [
        pytest.param("0", id="none"),
        pytest.param("17", id="too much"),
        pytest.param("9999999999", id="huge"),
        pytest.param("-1", id="negative"),
        pytest.param("big", id="no number"),
        pytest.param("²", id="another script's digit"),
    ],
)
def test_refuses_a_scale_out_of_range(scale: str) -> None:
    session = make_session()
    response = APIClient().get(f"/api/sessions/{session.uuid}/frames/0.png", {"scale": scale})
    assert (response.status_code, response.json()["code"]) == (400, "invalid-request")


@pytest.mark.parametrize(
    "sequence", [pytest.param(100, id="not sent"), pytest.param(10**30, id="beyond every frame")]
)
def test_a_frame_that_was_never_sent_is_not_found(sequence: int) -> None:
    session = make_session()
    response = APIClient().get(f"/api/sessions/{session.uuid}/frames/{sequence}.png")
    assert (response.status_code, response.json()["code"]) == (404, "frame-unavailable")


def test_a_dataset_that_is_gone_is_not_found(settings: Settings) -> None:
    settings.RESULTS_FRAME_SOURCE = "streaming.datasets.library.frame_pixels"
    session = make_session()
    response = APIClient().get(f"/api/sessions/{session.uuid}/frames/0.png")
    assert (response.status_code, response.json()["code"]) == (404, "frame-unavailable")


def test_a_browser_that_has_the_picture_is_told_so_unread(settings: Settings) -> None:
    session = make_session(offset=30)
    path = f"/api/sessions/{session.uuid}/frames/7.png"
    etag = APIClient().get(path)["ETag"]
    settings.RESULTS_FRAME_SOURCE = "nowhere"
    again = APIClient().get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert "immutable" in again["Cache-Control"]


def test_another_size_of_the_picture_is_another_picture() -> None:
    session = make_session()
    path = f"/api/sessions/{session.uuid}/frames/7.png"
    etag = APIClient().get(path)["ETag"]
    assert APIClient().get(f"{path}?scale=2", headers={"If-None-Match": etag}).status_code == 200
    assert APIClient().get(path, headers={"If-None-Match": "*"}).status_code == 200
