"""Model packages: a folder ``models/<name>/`` with a card and weights, read and written.

Nothing in a package is ever unpickled, and nothing that a card says is believed before it
agrees with the weights.
"""

import hashlib
import re
from pathlib import Path

import msgspec
import safetensors
import safetensors.torch
import torch
from django.conf import settings
from torch import Tensor, nn

from analysis.classifiers import architectures
from analysis.classifiers.card import CARD_FILE, Card, Weights, read_card, write_card
from analysis.classifiers.checked import CheckedClassifier
from analysis.classifiers.inference import Classifier
from analysis.classifiers.onnx_inference import OnnxClassifier
from analysis.errors import InvalidCard, InvalidWeights, UnknownClassifier

WEIGHTS_FILE = "model.safetensors"
ONNX_FILE = "model.onnx"
# Within a package: those of the same training with other seeds, so that a mean over them can be
# measured again; and that of the training which kept pictures back, by which all was chosen.
SEEDS_FOLDER = "seeds"
KEPT_BACK_FOLDER = "kept-back"
# Far above what is shipped; a larger file is refused before it is read into memory.
MAX_WEIGHTS_BYTES = 2 * 1024**3

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def default_models_dir() -> Path:
    """Where packages lie: what the settings say, without Django the ``models/`` beside the code."""
    if settings.configured and hasattr(settings, "MODELS_DIR"):
        return Path(settings.MODELS_DIR)
    return Path(__file__).resolve().parents[2] / "models"


def available(models_dir: Path) -> list[str]:
    """Names of the packages there, sorted; a folder is one when it has a card."""
    if not models_dir.is_dir():
        return []
    return sorted(
        folder.name
        for folder in models_dir.iterdir()
        if _NAME.fullmatch(folder.name) and (folder / CARD_FILE).is_file()
    )


def find(name_or_path: str | Path, *, models_dir: Path) -> Path:
    """The folder of a package.

    Args:
        name_or_path: a name is looked up in ``models_dir`` and can lead nowhere else; a
            ``Path`` is taken as it is, so it must come from whoever runs the program.
        models_dir: where packages lie.

    Raises:
        UnknownClassifier: there is none; the message lists those there are.
    """
    if isinstance(name_or_path, Path):
        folder, is_there = name_or_path, (name_or_path / CARD_FILE).is_file()
    else:
        folder = models_dir / name_or_path
        is_there = name_or_path in available(models_dir)
    if not is_there:
        names = ", ".join(available(models_dir)) or "none"
        raise UnknownClassifier(
            f"classifier: expected one of those in {models_dir} ({names}), "
            f"got {str(name_or_path)!r}"
        )
    return folder


def other_seeds(folder: Path) -> list[Path]:
    """The folders of the packages that lie within a package as its other seeds, by name."""
    seeds = folder / SEEDS_FOLDER
    return [seeds / name for name in available(seeds)]


def kept_back(folder: Path) -> Path | None:
    """The folder of the package within a package whose training kept pictures back."""
    inner = folder / KEPT_BACK_FOLDER
    return inner if (inner / CARD_FILE).is_file() else None


def load(
    name_or_path: str | Path, *, models_dir: Path, threads: int | None = None
) -> CheckedClassifier:
    """The classifier of that package, warmed up and ready, whatever its weights' format.

    Args:
        name_or_path: as for ``find``.
        models_dir: where packages lie.
        threads: of the CPU; None is 1.

    Raises:
        UnknownClassifier: no such package.
        InvalidCard: its card is not as it must be.
        InvalidWeights: its weights are missing, corrupt, not finite, or not the card's.
        ClassifierError: ONNX weights, and the extra ``onnx`` is not installed.
    """
    folder = find(name_or_path, models_dir=models_dir)
    card = read_card(folder / CARD_FILE)
    if not isinstance(name_or_path, Path) and card.name != folder.name:
        raise InvalidCard(f"{folder / CARD_FILE}: name: expected {folder.name}, got {card.name}")
    if card.weights.format == "onnx":
        content = _read_weights(folder / ONNX_FILE, card)
        try:
            return OnnxClassifier(card, content, threads=threads)
        except InvalidWeights as error:
            raise InvalidWeights(f"{folder / ONNX_FILE}: {error}") from error
    return Classifier(card, read_network(folder, card), threads=threads)


def read_network(folder: Path, card: Card) -> nn.Module:
    """The card's network with the package's weights, in evaluation mode.

    Raises:
        InvalidCard: an architecture that is not known, or arguments that it does not take.
        InvalidWeights: weights that are missing, corrupt, not finite, or not the card's.
    """
    path = folder / WEIGHTS_FILE
    if card.weights.format != "safetensors":
        raise InvalidCard(f"weights.format: expected safetensors, got {card.weights.format}")
    content = _read_weights(path, card)
    try:
        tensors = safetensors.torch.load(content)
    except (safetensors.SafetensorError, KeyError, ValueError) as error:
        raise InvalidWeights(f"{path}: expected safetensors, got something else ({error})") from (
            error
        )
    # On the meta device nothing is allocated, whatever sizes the card asks for.
    with torch.device("meta"):
        network = architectures.build(
            card.architecture.name,
            channels=card.input.channels,
            classes=len(card.class_names),
            arguments=card.architecture.arguments,
        )
    _check_fit(path, card, network, tensors)
    network.load_state_dict(tensors, assign=True)
    return network.eval()


def save(folder: Path, network: nn.Module, card: Card) -> Card:
    """Write a package; the card's weights section is filled in from the network.

    Returns:
        The card as it was written.

    Raises:
        InvalidCard: the card is one that could not be read back.
    """
    tensors = {name: tensor.contiguous().cpu() for name, tensor in network.state_dict().items()}
    count = architectures.count_parameters(network)
    return _write(folder, WEIGHTS_FILE, safetensors.torch.save(tensors), card, count)


def save_onnx(folder: Path, content: bytes, card: Card) -> Card:
    """Write a package whose weights are an ONNX file.

    Args:
        folder: of the package; made where it is missing.
        content: the ONNX file.
        card: its weights section has format ``onnx`` and the file's parameter count; the hash
            is filled in.

    Returns:
        The card as it was written.

    Raises:
        InvalidCard: the card is one that could not be read back, or of another weights' format.
    """
    if card.weights.format != "onnx":
        raise InvalidCard(f"weights.format: expected onnx, got {card.weights.format}")
    return _write(folder, ONNX_FILE, content, card, card.weights.parameter_count)


def _write(folder: Path, file_name: str, content: bytes, card: Card, count: int) -> Card:
    weights = Weights(
        format=card.weights.format,
        sha256=hashlib.sha256(content).hexdigest(),
        parameter_count=count,
    )
    folder.mkdir(parents=True, exist_ok=True)
    # The card first: without weights it is refused clearly, weights without a card go unseen.
    card = write_card(folder / CARD_FILE, msgspec.structs.replace(card, weights=weights))
    (folder / file_name).write_bytes(content)
    return card


def _read_weights(path: Path, card: Card) -> bytes:
    """The file's bytes, which have the card's hash."""
    try:
        size = path.stat().st_size
        if size > MAX_WEIGHTS_BYTES:
            raise InvalidWeights(f"{path}: expected at most {MAX_WEIGHTS_BYTES} bytes, got {size}")
        content = path.read_bytes()
    except OSError as error:
        raise InvalidWeights(f"{path}: expected weights, got {error.strerror}") from error
    actual = hashlib.sha256(content).hexdigest()
    if actual != card.weights.sha256:
        raise InvalidWeights(f"{path}: expected SHA-256 {card.weights.sha256}, got {actual}")
    return content


def _check_fit(path: Path, card: Card, network: nn.Module, tensors: dict[str, Tensor]) -> None:
    expected = network.state_dict()
    missing, unexpected = sorted(expected.keys() - tensors), sorted(tensors.keys() - expected)
    if missing or unexpected:
        raise InvalidWeights(
            f"{path}: expected the tensors of {card.architecture.name}, "
            f"got {len(missing)} missing {missing[:3]} and {len(unexpected)} unknown "
            f"{unexpected[:3]}"
        )
    for name, tensor in tensors.items():
        wanted = expected[name]
        if tensor.shape != wanted.shape or tensor.dtype != wanted.dtype:
            raise InvalidWeights(
                f"{path}: {name}: expected {wanted.dtype} of shape {tuple(wanted.shape)}, "
                f"got {tensor.dtype} of shape {tuple(tensor.shape)}"
            )
        if not bool(torch.isfinite(tensor).all()):
            raise InvalidWeights(f"{path}: {name}: expected finite numbers, got NaN or infinity")
    count = architectures.count_parameters(network)
    if count != card.weights.parameter_count:
        raise InvalidWeights(
            f"{path}: expected {card.weights.parameter_count} parameters, got {count}"
        )
