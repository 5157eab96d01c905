"""results.api.serializers.class_name: what a class is called."""

from results.api.serializers import class_name


def test_gives_the_name_or_the_number_where_there_is_none() -> None:
    assert class_name(["Shirt", "Bag"], 1) == "Bag"
    assert class_name(["Shirt"], 4) == "4"
