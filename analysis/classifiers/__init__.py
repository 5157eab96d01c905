"""Classifiers: ``load`` gives any model package's by its name, ready to classify."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.classifiers.checked import CheckedClassifier

__all__ = ["DEFAULT_CLASSIFIER", "load"]

# Which one classifies where nobody names another.
DEFAULT_CLASSIFIER = "fashion-fast"


def load(
    name_or_path: str | Path, *, models_dir: Path | None = None, threads: int | None = None
) -> "CheckedClassifier":
    """The classifier of that package, warmed up and ready, whatever its weights' format.

    Its ``predict`` takes pictures and gives probabilities, ``card`` says what it takes and tells
    apart, ``parameter_count`` how large it is.

    Args:
        name_or_path: a name is looked up in ``models_dir`` and can lead nowhere else; a
            ``Path`` is taken as it is, so it must come from whoever runs the program.
        models_dir: where packages lie; None is what ``packages.default_models_dir`` gives.
        threads: of the CPU; None is 1.

    Raises:
        UnknownClassifier: no such package; the message lists those there are.
        InvalidCard: its card is not as it must be.
        InvalidWeights: its weights are missing, corrupt, not finite, or not the card's.
        ClassifierError: ONNX weights, and the extra ``onnx`` is not installed.
    """
    # pylint: disable-next=import-outside-toplevel  # torch takes seconds, and a card needs none
    from analysis.classifiers import packages

    folder = packages.default_models_dir() if models_dir is None else models_dir
    return packages.load(name_or_path, models_dir=folder, threads=threads)
