"""A model package as bytes, so that it goes where its folder is not."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from analysis.classifiers.card import CARD_FILE, Card, read_card
from analysis.classifiers.checked import CheckedClassifier
from analysis.classifiers.packages import ONNX_FILE, WEIGHTS_FILE, load
from analysis.errors import InvalidCard, InvalidWeights


@dataclass(frozen=True, slots=True)
class ShippedPackage:
    """What it takes to load a package elsewhere.

    Attributes:
        card: The card.
        card_json: Its file's bytes.
        weights_name: The name of the weights' file.
        weights: Its bytes; they are checked against the card where they are loaded.
    """

    card: Card
    card_json: bytes
    weights_name: str
    weights: bytes

    @classmethod
    def of(cls, folder: Path) -> Self:
        """The package in a folder, which has its card's name.

        Raises:
            InvalidCard: its card is not as it must be.
            InvalidWeights: its weights cannot be read.
        """
        card = read_card(folder / CARD_FILE)
        if card.name != folder.name:
            raise InvalidCard(
                f"{folder / CARD_FILE}: name: expected {folder.name}, got {card.name}"
            )
        path = folder / (ONNX_FILE if card.weights.format == "onnx" else WEIGHTS_FILE)
        try:
            return cls(card, (folder / CARD_FILE).read_bytes(), path.name, path.read_bytes())
        except OSError as error:
            raise InvalidWeights(f"{path}: expected weights, got {error.strerror}") from error

    def load(self) -> CheckedClassifier:
        """The package's classifier, warmed up and ready.

        Raises:
            ClassifierError: as ``packages.load``.
        """
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / self.card.name
            folder.mkdir()
            (folder / CARD_FILE).write_bytes(self.card_json)
            (folder / self.weights_name).write_bytes(self.weights)
            return load(folder, models_dir=folder)
