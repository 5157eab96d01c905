"""tools.translations.extracted: what templates and code say, and that each catalogue has it."""

import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tools.translations import LOCALES, ROOT, Key, extracted, key_of, untranslated

PO_FILES = sorted((ROOT / LOCALES).glob("*/LC_MESSAGES/django.po"))
every_language = pytest.mark.parametrize("path", PO_FILES, ids=lambda path: path.parts[-3])
_TEMPLATE = """
{% load i18n %}
  <p title="{% translate 'A title' %}">Nobody's text{% comment %}{% translate "never" %}{% endcomment %}</p>
{% blocktranslate with a=b count number=c trimmed %}
  {{ a }} frame
{% plural %}
  {{ a }} frames
{% endblocktranslate %}
    {% translate "to" context "a range" %} {{ x|default:_("none") }}
"""
_MODULE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy
WORDS = {"a": gettext_lazy("lazy"), "b": pgettext_lazy("state", "open")}
def said(n):
    return _("two "
             "lines"), ngettext("%(n)d one", "%(n)d many", n), _(name_of(n)), f"{n} no message"
"""


def _catalog(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()), abort_invalid=True)


def _words(catalog: Catalog) -> Iterator[tuple[Key, tuple[str, ...], tuple[str, ...]]]:
    """Each message: its key, what it says, and its words; one text each, or one a number."""
    for message in catalog:
        if message.id:
            texts, words = message.id, message.string or ""
            yield (
                key_of(message),
                (texts,) if isinstance(texts, str) else tuple(texts),
                (words,) if isinstance(words, str) else tuple(words),
            )


def _gaps(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[\d.]*[srdf]|\{\w+\}", text))


def test_finds_every_way_to_say_something(tmp_path: Path) -> None:
    templates = tmp_path / "results" / "templates"
    templates.mkdir(parents=True)
    (templates / "page.html").write_text(_TEMPLATE, encoding="utf-8")
    (tmp_path / "results" / "words.py").write_text(_MODULE, encoding="utf-8")
    found = {(key_of(one), one.locations[0][0]) for one in extracted(tmp_path) if one.id}
    page, module = "results/templates/page.html", "results/words.py"
    assert found == {
        ((None, "A title"), page),
        ((None, "%(a)s frame"), page),
        (("a range", "to"), page),
        ((None, "none"), page),
        ((None, "lazy"), module),
        (("state", "open"), module),
        ((None, "two lines"), module),
        ((None, "%(n)d one"), module),
    }


def test_there_is_a_language_to_look_at() -> None:
    assert [path.parts[-3] for path in PO_FILES] == ["de"]


@every_language
def test_a_catalogue_has_what_is_said_and_nothing_else(path: Path) -> None:
    said = {key_of(one) for one in extracted() if one.id}
    assert len(said) > 400
    assert {key_of(one) for one in _catalog(path) if one.id} == said, "run `make translations`"


@every_language
def test_a_catalogue_has_words_for_everything(path: Path) -> None:
    assert not untranslated(_catalog(path))


@every_language
def test_what_django_reads_is_what_people_edit(path: Path) -> None:
    content = path.with_suffix(".mo").read_bytes()
    compiled = gettext.GNUTranslations(io.BytesIO(content))
    for (context, text), texts, words in _words(_catalog(path)):
        if len(texts) > 1:
            read = {compiled.ngettext(texts[0], texts[1], number) for number in range(200)}
        elif context:
            read = {compiled.pgettext(context, text)}
        else:
            read = {compiled.gettext(text)}
        assert read == set(words), "run `make translations`"
    # The header counts as one more.
    assert int.from_bytes(content[8:12], "little") == 1 + len(_catalog(path))


@every_language
def test_words_have_the_gaps_and_the_markup_of_what_they_stand_for(path: Path) -> None:
    for _key, texts, words in _words(_catalog(path)):
        gaps = set.union(*map(_gaps, texts))
        assert _gaps(words[-1]) == _gaps(texts[-1]), texts
        assert all(_gaps(word) <= gaps for word in words), texts
        for word in words:
            assert sorted(re.findall("<[^>]+>", word)) == sorted(
                re.findall("<[^>]+>", texts[-1])
            ), texts


@every_language
def test_words_begin_and_end_as_what_they_stand_for(path: Path) -> None:
    for _key, texts, words in _words(_catalog(path)):
        for word in words:
            assert word == word.strip()
            for mark in ".:?…":
                assert word.endswith(mark) == texts[-1].endswith(mark), texts
