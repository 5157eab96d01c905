"""tools.translations.main: every language brought up to date."""

import gettext
import io
from pathlib import Path

import pytest

from tools.translations import LOCALES, main

_PO = """
msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "frame"
msgstr "Bild"
"""


def _project(folder: Path, said: str) -> Path:
    """A project that says something, and the German catalogue of "frame"; gives its folder."""
    (folder / "results").mkdir()
    (folder / "results" / "words.py").write_text(f"SAID = [{said}]\n", encoding="utf-8")
    place = folder / LOCALES / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.po").write_text(_PO, encoding="utf-8")
    return place


def test_compiles_what_has_words(tmp_path: Path) -> None:
    place = _project(tmp_path, '_("frame")')
    assert main(tmp_path) == 0
    compiled = gettext.GNUTranslations(io.BytesIO((place / "django.mo").read_bytes()))
    assert compiled.gettext("frame") == "Bild"


def test_fails_and_names_what_has_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = _project(tmp_path, '_("frame"), pgettext("state", "open")')
    assert main(tmp_path) == 1
    assert "has no words for 'open' (state)" in caplog.text
    assert 'msgctxt "state"' in (place / "django.po").read_text(encoding="utf-8")
