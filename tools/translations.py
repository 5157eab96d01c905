"""Bring every catalogue of words up to date with what templates and code say, and compile it.

`make translations` after a text was changed; a language is added by its folder under
``fashionsite/locale`` and its line in ``LANGUAGES``. No gettext program is needed: Django turns a
template into what an extractor for Python can read, Babel extracts, merges and compiles.
"""

import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
LOCALES = Path("fashionsite/locale")
FOLDERS = ("access", "fashionsite", "results")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# What a message is known by: its context, and itself, in the singular where it has a plural.
Key = tuple[str | None, str]


def extracted(root: Path = ROOT) -> Catalog:
    """Every message of the templates and modules below ``root``, by file."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path in _sources(root):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root).as_posix()
        for message, context in _messages(_as_python(text) if path.suffix == ".html" else text):
            catalog.add(message, context=context, locations=[(name, 0)])
    return catalog


def updated(po: bytes, template: Catalog) -> Catalog:
    """A catalogue with the messages of the template, and the words that it had for them.

    What it has no words for comes without any, what is said no more is left out.
    """
    catalog = read_po(io.BytesIO(po))
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """The catalogue as people edit it; each message with the files, but no lines, that have it."""
    file = io.BytesIO()
    write_po(file, catalog, width=0, include_lineno=False)
    return file.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """The catalogue as Django reads it."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def untranslated(catalog: Catalog) -> list[Key]:
    """The messages that have no words, or not all, or words that nobody has confirmed."""
    return [key_of(one) for one in catalog if one.id and (one.fuzzy or not _has_words(one.string))]


def key_of(message: object) -> Key:
    """What a message of a catalogue is known by."""
    given = getattr(message, "id")
    context: str | None = getattr(message, "context")
    return context, str(given if isinstance(given, str) else given[0])


def main(root: Path = ROOT) -> int:
    """Update every language; 1 where one lacks words, else 0."""
    template = extracted(root)
    missing = 0
    for path in sorted((root / LOCALES).glob("*/LC_MESSAGES/django.po")):
        catalog = updated(path.read_bytes(), template)
        path.write_bytes(po_bytes(catalog))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalog))
        for context, text in untranslated(catalog):
            missing += 1
            logger.warning("%s has no words for %r%s", path, text, f" ({context})" * bool(context))
        logger.info("%s: %d messages", path, len(catalog))
    return 1 if missing else 0


def _sources(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            is_template = path.suffix == ".html" and "templates" in path.parts
            if is_template or path.suffix == ".py":
                yield path


def _as_python(template: str) -> str:
    # Django cannot be asked for it without settings, which the first line of a run may lack.
    from django.utils.translation.template import (  # pylint: disable=import-outside-toplevel
        templatize,
    )

    # Python minds how lines are indented, templates do not.
    return "\n".join(line.strip() for line in templatize(template).splitlines())


def _messages(code: str) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """What each call says that is one of the keywords: the message, and its context."""
    for _line, message, _comments, context in extract(
        "python", io.BytesIO(code.encode()), KEYWORDS
    ):
        yield message, context


def _has_words(string: object) -> bool:
    return all(string) if isinstance(string, (list, tuple)) else bool(string)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fashionsite.settings")
    sys.exit(main())
