"""results.pages.live_words.live_words: what scripts say."""

import re
from pathlib import Path

from django.utils import translation

from results.pages.live_words import live_words

SCRIPTS = Path(__file__).resolve().parents[2] / "results" / "static" / "results"


def _paths(words: dict[str, object], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in words.items():
        if isinstance(value, dict):
            found |= _paths(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = str(value)
    return found


def test_every_sentence_is_there_in_both_languages_with_the_same_gaps() -> None:
    english = _paths(live_words())
    with translation.override("de"):
        german = _paths(live_words())
    assert english.keys() == german.keys()
    for name, sentence in english.items():
        assert sentence != german[name] or sentence.startswith("Frame")
        assert set(re.findall(r"\{\w+\}", sentence)) == set(re.findall(r"\{\w+\}", german[name]))


def test_scripts_fill_the_gaps_that_there_are() -> None:
    scripts = "".join(file.read_text(encoding="utf-8") for file in SCRIPTS.glob("*.js"))
    gaps = {gap for text in _paths(live_words()).values() for gap in re.findall(r"\{(\w+)\}", text)}
    assert gaps
    for gap in gaps:
        assert re.search(rf"[{{ ]{gap}\b[:, }}]", scripts), gap
