"""tools.translations.updated: an old catalogue and what is said now."""

from babel.messages.catalog import Catalog

from tools.translations import key_of, po_bytes, untranslated, updated


def _said(*messages: str) -> Catalog:
    catalog = Catalog(locale="de")
    for message in messages:
        catalog.add(message)
    return catalog


def _old() -> bytes:
    old = Catalog(locale="de", header_comment="# By hand.")
    old.add("frame", "Bild")
    old.add("picture", "Bild")
    old.add(("one", "many"), ("eins", "viele"))
    return po_bytes(old)


def test_keeps_the_words_and_the_comment_above_them() -> None:
    found = updated(_old(), _said("frame"))
    assert found["frame"].string == "Bild"
    assert found.header_comment == "# By hand."


def test_leaves_out_what_is_said_no_more_and_asks_for_what_is_new() -> None:
    found = updated(_old(), _said("frame", "frames"))
    assert [key_of(one) for one in found if one.id] == [(None, "frame"), (None, "frames")]
    assert untranslated(found) == [(None, "frames")]
    assert b"picture" not in po_bytes(found)


def test_takes_no_words_from_what_is_only_similar() -> None:
    found = updated(_old(), _said("pictures"))
    assert not found["pictures"].string
    assert not found["pictures"].fuzzy


def test_a_second_time_changes_nothing() -> None:
    once = po_bytes(updated(_old(), _said("frame", "frames")))
    assert po_bytes(updated(once, _said("frame", "frames"))) == once
