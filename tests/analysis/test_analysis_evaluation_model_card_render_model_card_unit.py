"""A card becomes a page with every number that was measured and none that was not."""

from typing import Any

import msgspec
import pytest

from analysis.evaluation.model_card import render_model_card
from tests.analysis.tiny_models import tiny_card, tiny_card_fields, tiny_training
from tests.analysis.tiny_records import tiny_evaluation, tiny_run

SPEED = {
    "images_per_second": 12345.6,
    "batch_size": 64,
    "single_image_p50_ms": 0.8,
    "single_image_p99_ms": 1.25,
    "threads": 2,
    "processor": "A | B",
}


def test_shows_what_was_measured() -> None:
    card = msgspec.convert(
        tiny_card_fields()
        | {
            "format": 2,
            "evaluation": msgspec.to_builtins(tiny_evaluation()),
            "runs": [msgspec.to_builtins(tiny_run(seed, 0.9 + seed / 100)) for seed in (2, 0, 1)],
            "speed": SPEED,
        },
        type(tiny_card()),
    )
    page = render_model_card(card)
    for expected in (
        "# tiny\n",
        "| takes | 10×8 pixels, grey, 8 bits a channel |",
        "| as they are | **90.00 %** | 74.00 to 96.50 % |",
        "| mean of picture and mirror image | 80.00 % | 62.70 to 90.50 % |",
        "| the 24 without a near-duplicate in train | 87.50 % |  |",
        "at 0.99 or more. 6 were found",
        "| 0 | 90.00 % | 80.00 % |\n| 1 | 91.00 % | 81.00 % |\n| 2 | 92.00 % | 82.00 % |",
        "| **mean ± deviation** | **91.00 ± 1.00 %** | **81.00 ± 1.00 %** |",
        "| dark | 10 | 50.00 % | 25.00 % | 33.33 % |",
        "| left | 20 | – | 0.00 % | 0.00 % |",
        "| noise | 80.00 % | 70.00 % | 60.00 % | 50.00 % | 40.00 % | 60.00 % |",
        "| **all** |  |  |  |  |  | **65.00 %** |",
        "0.1234 before scaling the logits and 0.0123 after",
        "12,346 pictures/s in batches of 64",
        "2 threads of A \\| B.",
        "## Against published numbers",
        "best epoch on the test pictures",
    ):
        assert expected in page, expected
    assert page.endswith("\n") and "None" not in page
    assert max(map(len, page.split("\n\n")), default=0) < 2_000


def test_leaves_out_what_was_not_measured() -> None:
    page = render_model_card(tiny_card("RGB"))
    assert "10×8 pixels, RGB" in page
    assert "Accuracy" not in page and "Speed" not in page and "0.00 %" not in page


def test_says_when_there_was_one_run_or_none() -> None:
    fields: dict[str, Any] = {"format": 2, "evaluation": tiny_evaluation(corruptions=())}
    assert "One run; what another seed would give" in render_model_card(tiny_card(**fields))
    page = render_model_card(tiny_card(**fields, runs=(tiny_run(5),)))
    assert "| 5 | 90.00 % | 80.00 % |" in page and "deviation**" not in page


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "| the temperature 1.5 |", id="its own"),
        pytest.param(
            {"calibrated_by": {"name": "a_b", "seed": 4, "images": 5000, "sha256": "3" * 64}},
            "| the temperature 1.5, that of a\\_b (seed 4), trained by the same recipe with 5,000",
            id="another's",
        ),
        pytest.param(
            {"temperature": 1.0, "training": tiny_training(trained_on="all")},
            "| none, as nothing was kept back to fit one on |",
            id="none",
        ),
        pytest.param(
            {
                "format": 3,
                "temperature": 1.0,
                "scaling": {"scales": (0.5, 1.0, 2.125), "offsets": (0.0, -1.0, 1.0)},
            },
            "| vector scaling (scales 0.50 to 2.12, offsets -1.00 to 1.00) |",
            id="scaling",
        ),
    ],
)
def test_says_where_the_calibration_comes_from(changes: dict[str, Any], expected: str) -> None:
    page = render_model_card(tiny_card(**({"format": 2} | changes)))
    assert f"| calibration {expected}" in page


def test_leaves_out_how_it_was_trained_where_nobody_knows() -> None:
    page = render_model_card(tiny_card(format=2, training=None))
    assert "trained on" not in page and "recipe" not in page and "None" not in page


def test_lets_no_text_of_a_card_become_markup() -> None:
    names = ("<script>|", "a\nb", "[c](d)")
    page = render_model_card(tiny_card(class_names=names, licence="**MIT**"))
    assert "\\<script\\>\\|, a b, \\[c\\](d)" in page and "\\*\\*MIT\\*\\*" in page
