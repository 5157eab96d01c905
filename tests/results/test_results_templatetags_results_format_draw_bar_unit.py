"""results.templatetags.results_format.draw_bar: a bar that needs no style attribute."""

from results.templatetags.results_format import draw_bar


def test_draws_the_length_and_hides_from_screen_readers() -> None:
    svg = draw_bar(12.5, "bar-thick")
    assert 'width="12.50"' in svg
    assert 'class="bar bar-thick"' in svg
    assert 'aria-hidden="true"' in svg
    assert "style=" not in svg


def test_escapes_what_it_is_given() -> None:
    assert "<script>" not in draw_bar(1, "<script>")
