"""results.api.serializers.SessionRequestSerializer: what a request for a session may say."""

from typing import Any

import pytest

from results.api.serializers import SessionRequestSerializer


def test_only_the_classifier_must_be_named() -> None:
    asked = SessionRequestSerializer(data={"classifier": "small-cnn"})
    assert asked.is_valid()
    assert asked.validated_data == {
        "classifier": "small-cnn",
        "count": None,
        "fps": 10.0,
        "offset": 0,
        "dataset": None,
        "repeats": None,
    }


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="no classifier"),
        pytest.param({"classifier": ""}, id="an empty name"),
        pytest.param({"classifier": "x" * 101}, id="a long name"),
        pytest.param({"classifier": "x", "count": 1.5}, id="half a frame"),
        pytest.param({"classifier": "x", "fps": "fast"}, id="no number"),
        pytest.param({"classifier": "x", "offset": None}, id="null"),
        pytest.param({"classifier": "x", "count": True}, id="a truth value"),
        pytest.param({"classifier": "x", "repeats": "17"}, id="no id of a session"),
    ],
)
def test_refuses_what_is_no_request(data: dict[str, Any]) -> None:
    assert not SessionRequestSerializer(data=data).is_valid()
