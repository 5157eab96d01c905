"""streaming.datasets.fashion_mnist.Sources."""

from pathlib import Path

from streaming.datasets.fashion_mnist import Sources


def test_names_debians_folder_and_the_publisher_where_nothing_else_is_said() -> None:
    sources = Sources(cache=Path("cache"))
    assert sources.chosen is None
    assert sources.system == Path("/usr/share/datasets/fashion-mnist")
    assert (sources.publisher_url or "").startswith("http://fashion-mnist.")
    assert sources.package == "dataset-fashion-mnist"
