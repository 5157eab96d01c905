"""results.api.downloads.HtmlExport: the report as one page, in the language that is asked for."""

import re
from pathlib import Path

import pytest
from django.test import Client

from results.exports.verification import verify_file
from tests.results.conftest import make_report

pytestmark = pytest.mark.django_db


def _export(query: str = "") -> bytes:
    session = make_report().session
    response = Client().get(f"/api/sessions/{session.pk}/export.html{query}")
    assert response.status_code == 200
    return response.content


@pytest.mark.parametrize(
    ("query", "language", "heading"),
    [
        pytest.param("", "en", "Key figures", id="not said"),
        pytest.param("?language=", "en", "Key figures", id="said by nothing"),
        pytest.param("?language=en", "en", "Key figures", id="English"),
        pytest.param("?language=de", "de", "Kennzahlen", id="German"),
    ],
)
def test_is_in_the_language_of_its_address_and_verifies(
    query: str, language: str, heading: str, tmp_path: Path
) -> None:
    content = _export(query)
    assert f'<html lang="{language}">'.encode() in content
    assert heading.encode() in content
    file = tmp_path / "report.html"
    file.write_bytes(content)
    assert not verify_file(file).problems


def test_what_it_is_verified_by_is_the_same_in_both_languages() -> None:
    session = make_report().session
    manifests = set()
    for language in ("en", "de"):
        page = Client().get(f"/api/sessions/{session.pk}/export.html?language={language}")
        found = re.search(r'id="manifest">(.*?)</script>', page.content.decode(), re.DOTALL)
        assert found is not None
        # But for the digest of the file itself, which has other words.
        manifests.add(re.sub(r'"[0-9a-f]{64}"', '""', found[1]))
    assert len(manifests) == 1


def test_a_language_that_there_is_not_is_refused() -> None:
    session = make_report().session
    response = Client().get(f"/api/sessions/{session.pk}/export.html?language=tlh")
    assert response.status_code == 400
    assert response.json() == {
        "code": "invalid-request",
        "detail": "language must be one of en, de, got 'tlh'",
    }


def test_the_page_of_downloads_leads_to_it_in_the_readers_language() -> None:
    session = make_report().session
    address = f"/sessions/{session.pk}/downloads/"
    english = Client().get(address).content.decode()
    german = Client().get(address, headers={"Accept-Language": "de"}).content.decode()
    assert 'export.html"' in english
    assert 'export.html?language=de"' in german
    assert "export.json?" not in german
