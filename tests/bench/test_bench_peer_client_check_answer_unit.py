"""bench.peer_client.check_answer."""

from typing import Any

import pytest

from bench.peer_client import check_answer


def test_lets_rows_of_probabilities_pass() -> None:
    check_answer({"probabilities": [[0.25, 0.75], [1.0, 0.0]]}, 2)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"detail": "Internal Server Error"}, id="an error"),
        pytest.param({"probabilities": [[0.25, 0.75]]}, id="too few"),
        pytest.param({"probabilities": [[1.0, 1.0], [1.0, 0.0]]}, id="no probabilities"),
    ],
)
def test_refuses_anything_else(answer: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected 2 rows of probabilities"):
        check_answer(answer, 2)
