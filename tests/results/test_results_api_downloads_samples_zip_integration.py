"""results.api.downloads.SamplesZip: the sample pictures in one file."""

import hashlib
import io
import json
import zipfile

import pytest
from django.test import Client

from tests.results.conftest import make_report, make_session

pytestmark = pytest.mark.django_db


def test_has_each_picture_and_a_manifest_with_their_hashes(client: Client) -> None:
    report = make_report()
    response = client.get(f"/api/sessions/{report.session_id}/samples.zip")
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        packed = [archive.read(one["file"]) for one in manifest["samples"]]
    assert manifest["classifier"]["sha256"] == report.session.classifier.sha256
    assert len(manifest["samples"]) == 10
    pictures = [bytes(sample.png) for sample in report.samples.all()]
    assert packed == pictures
    for one, png in zip(manifest["samples"], pictures, strict=True):
        assert one["sha256"] == hashlib.sha256(png).hexdigest()


def test_is_the_same_each_time(client: Client) -> None:
    address = f"/api/sessions/{make_report().session_id}/samples.zip"
    assert client.get(address).content == client.get(address).content


def test_without_a_report_there_is_none(client: Client) -> None:
    response = client.get(f"/api/sessions/{make_session().uuid}/samples.zip")
    assert (response.status_code, response.json()["code"]) == (404, "report-not-found")
