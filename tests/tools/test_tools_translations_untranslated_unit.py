"""tools.translations.untranslated: what a catalogue has no words for."""

from babel.messages.catalog import Catalog

from tools.translations import untranslated


def test_names_messages_without_words_with_some_or_with_unconfirmed_ones() -> None:
    catalog = Catalog(locale="de")
    catalog.add("said", "gesagt")
    catalog.add("silent")
    catalog.add("in a context", context="there")
    catalog.add(("one frame", "frames"), ("ein Bild", ""))
    catalog.add(("one thing", "things"), ("ein Ding", "Dinge"))
    catalog.add("guessed", "geraten", flags=["fuzzy"])
    assert untranslated(catalog) == [
        (None, "silent"),
        ("there", "in a context"),
        (None, "one frame"),
        (None, "guessed"),
    ]
