"""results.api.filters.PredictionQuery: what predictions can be narrowed by."""

from results.api.filters import PredictionQuery


def test_every_part_is_optional() -> None:
    query = PredictionQuery(data={})
    assert query.is_valid()
    assert query.validated_data == {}


def test_reads_each_part() -> None:
    query = PredictionQuery(data={"class_id": "3", "confidence_min": "0.5", "right": "false"})
    assert query.is_valid()
    assert query.validated_data == {"class_id": 3, "confidence_min": 0.5, "right": False}
