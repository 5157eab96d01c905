"""tools.check_test_names.snake_case."""

import pytest

from tools.check_test_names import snake_case


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("decode_frames", "decode_frames", id="a function"),
        pytest.param("FrameFlow", "frame_flow", id="a class"),
        pytest.param("HTTPServer", "http_server", id="capitals in a row"),
        pytest.param("Base64Reader", "base64_reader", id="a number"),
        pytest.param("_databases", "databases", id="private"),
        pytest.param("_AnyMessage", "any_message", id="a private class"),
    ],
)
def test_gives_snake_case(name: str, expected: str) -> None:
    assert snake_case(name) == expected
