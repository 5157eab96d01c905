"""results.templatetags.results_format.seen_as: a cell of a confusion matrix in words."""

from django.template import Context, Template
from django.utils.translation import override

from results.templatetags.results_format import seen_as


def test_says_how_many_of_which_label() -> None:
    assert seen_as(1200, 0.123, "Shirt", "Coat") == (
        "1\u202f200 frames, Shirt seen as Coat, 12.3\u202f% of the label"
    )
    assert seen_as(1, 1.0, 3, 3) == "1 frame, 3 seen as 3, 100.0\u202f% of the label"


def test_speaks_the_language_of_the_page() -> None:
    with override("de"):
        assert seen_as(1, 0.005, "Hemd", "Mantel").startswith("1 Bild, Hemd als Mantel")


def test_is_escaped_where_a_class_has_signs_of_html() -> None:
    template = Template(
        "{% load results_format %}{% seen_as 2 0.5 label 'b' as words %}{{ words }}"
    )
    assert "&lt;b&gt; seen as b" in template.render(Context({"label": "<b>"}))
