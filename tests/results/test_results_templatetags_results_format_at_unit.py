"""results.templatetags.results_format.at: a name by its index."""

from results.templatetags.results_format import at


def test_gives_the_item_of_that_index() -> None:
    assert at(["Shirt", "Bag"], 1) == "Bag"


def test_gives_the_index_where_there_is_no_name_and_a_dash_without_index() -> None:
    assert at(["Shirt"], 7) == 7
    assert at(["Shirt"], None) == "–"
