"""A sample picture on its way into a report."""

from results.report import ReportSample


def test_carries_its_picture_as_base64() -> None:
    sample = ReportSample(sequence=3, class_id=1, class_name="Bag", confidence=0.5, png=b"\x89PNG")
    assert sample.as_dict() == {
        "sequence": 3,
        "class_id": 1,
        "class_name": "Bag",
        "confidence": 0.5,
        "png": "iVBORw==",
    }


def test_a_confidence_that_rounding_put_above_one_is_one() -> None:
    sample = ReportSample(0, 0, "Bag", 1.0000001, b"")
    assert sample.as_dict()["confidence"] == 1
