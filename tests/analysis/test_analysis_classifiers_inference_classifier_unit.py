"""Pictures in, probabilities out: right, for any number of them, and refused when not fitting."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from analysis.classifiers import inference
from analysis.classifiers.architectures import Normalise, count_parameters
from analysis.classifiers.inference import Classifier
from analysis.errors import InvalidImages, InvalidWeights
from tests.analysis.tiny_models import noise, tiny_card, tiny_network


@pytest.fixture(autouse=True)
def keep_threads() -> Iterator[None]:
    """A classifier sets the threads of the whole process; the next test wants its own."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def _by_hand(images: np.ndarray[Any, np.dtype[np.uint8]], mode: str) -> np.ndarray[Any, Any]:
    """Probabilities computed plainly, in float32, from the unfolded network."""
    card = tiny_card(mode)
    stacked = images[:, None] if mode == "L" else images.transpose(0, 3, 1, 2)
    pixels = (stacked.astype(np.float32) / 255 - 0.25) / 0.5
    with torch.inference_mode():
        logits = tiny_network(mode)(torch.from_numpy(pixels)).numpy() / card.temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: np.ndarray[Any, Any] = powers / powers.sum(axis=1, keepdims=True)
    return result


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [pytest.param(torch.float32, 1e-5, id="f32"), pytest.param(torch.bfloat16, 0.02, id="bf16")],
)
def test_gives_the_softmax_of_the_tempered_logits(
    monkeypatch: pytest.MonkeyPatch, mode: str, dtype: torch.dtype, tolerance: float
) -> None:
    monkeypatch.setattr(inference, "fast_dtype", lambda device: dtype)
    images = noise(7, mode)
    probabilities = Classifier(tiny_card(mode), tiny_network(mode)).predict(images)
    assert probabilities.dtype == np.float32 and probabilities.shape == (7, 3)
    assert np.abs(probabilities - _by_hand(images, mode)).max() < tolerance
    assert np.abs(probabilities.sum(axis=1) - 1).max() < 1e-5


def test_gives_no_rows_for_no_pictures() -> None:
    assert Classifier(tiny_card(), tiny_network()).predict(noise(0)).shape == (0, 3)


def test_answers_a_batch_beyond_the_limit_in_order() -> None:
    classifier = Classifier(tiny_card(), tiny_network())
    images = noise(2 * classifier.batch_limit + 3)
    together = classifier.predict(images)
    apart = np.concatenate(
        [classifier.predict(images[start : start + 100]) for start in range(0, len(images), 100)]
    )
    assert np.abs(together - apart).max() < 0.02


def test_gives_the_same_for_the_same_batch() -> None:
    classifier = Classifier(tiny_card(), tiny_network())
    images = noise(33)
    assert np.array_equal(classifier.predict(images), classifier.predict(images))


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(lambda images: np.frombuffer(images.tobytes(), np.uint8), id="read-only"),
        pytest.param(lambda images: np.repeat(images, 2, axis=0)[::2], id="every other"),
        pytest.param(lambda images: images[::-1][::-1], id="turned twice"),
        pytest.param(np.asfortranarray, id="column-major"),
    ],
)
def test_takes_any_memory_layout(view: Any) -> None:
    classifier = Classifier(tiny_card(), tiny_network())
    images = noise(6)
    seen = view(images).reshape(images.shape)
    assert np.array_equal(classifier.predict(seen), classifier.predict(images))


@pytest.mark.parametrize(
    ("mode", "images", "message"),
    [
        pytest.param("L", noise(2).astype(np.float32), "got float32", id="floats"),
        pytest.param("L", noise(2).tolist(), "uint8, got list", id="a list"),
        pytest.param("L", noise(1)[0], r"\(N, 8, 10\), got \(8, 10\)", id="one picture bare"),
        pytest.param("L", noise(2, "RGB"), r"got \(2, 8, 10, 3\)", id="RGB for grey"),
        pytest.param("RGB", noise(2), r"\(N, 8, 10, 3\), got \(2, 8, 10\)", id="grey for RGB"),
        pytest.param("L", noise(2).transpose(0, 2, 1), r"got \(2, 10, 8\)", id="turned"),
        pytest.param("L", np.zeros((), np.uint8), r"got \(\)", id="a number"),
    ],
)
def test_refuses_other_shapes_and_dtypes(mode: str, images: Any, message: str) -> None:
    classifier = Classifier(tiny_card(mode), tiny_network(mode))
    with pytest.raises(InvalidImages, match=message):
        classifier.predict(images)


def test_says_what_it_is() -> None:
    network = tiny_network()
    classifier = Classifier(tiny_card(), network)
    assert classifier.card == tiny_card()
    assert classifier.sha256 == tiny_card().weights.sha256
    assert classifier.parameter_count == count_parameters(network)


@pytest.mark.parametrize(("threads", "expected"), [(None, 1), (1, 1), (2, 2)])
def test_uses_one_thread_unless_told(threads: int | None, expected: int) -> None:
    Classifier(tiny_card(), tiny_network(), threads=threads)
    assert torch.get_num_threads() == expected


def test_normalises_by_its_card() -> None:
    card = tiny_card()
    normalise = Normalise(card.input.mean, card.input.std)
    assert float(normalise(torch.zeros(1, 1, 1, 1, dtype=torch.uint8))) == -0.5


def test_refuses_finite_weights_that_give_nan() -> None:
    network = tiny_network()
    # Of a negative variance there is no root.
    network.get_buffer("stem.norm.running_var")[0] = -1.0
    with pytest.raises(InvalidWeights, match="expected finite probabilities of any picture"):
        Classifier(tiny_card(), network)


def test_computes_in_the_dtype_it_is_told() -> None:
    images = noise(9)
    exact = Classifier(tiny_card(), tiny_network(), dtype=torch.float32).predict(images)
    assert np.abs(exact - _by_hand(images, "L")).max() < 1e-5
