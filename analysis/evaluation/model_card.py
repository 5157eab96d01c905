"""A card as a page that people read: ``models/<name>/README.md``. Pure."""

from collections.abc import Iterable, Sequence

from analysis.classifiers.card import Card
from analysis.classifiers.records import EvaluationRecord, RunRecord
from analysis.evaluation.markdown import cell, percent, table
from analysis.evaluation.statistics import mean_and_deviation

MODEL_CARD_FILE = "README.md"

_PUBLISHED = """\
Published Fashion-MNIST numbers are often the best epoch on the test pictures, sometimes the best of
several runs, and some average over copies of each picture. Here no epoch and no setting was chosen on
the test pictures: the weights are those of the last step (their running average), evaluated as they
are. That costs some tenths of a point against numbers made the other way; the flip-averaged accuracy
stands apart so that like can be compared with like."""


def render_model_card(card: Card) -> str:
    """The card as Markdown; what was not measured is left out, never shown as 0.

    Args:
        card: of a package; its ``evaluation`` and ``runs`` are filled by ``evaluate --full``.
    """
    blocks = [
        f"# {card.name}",
        "Written by `python manage.py evaluate "
        f"{card.name} --full` from `card.json`; do not edit by hand.",
        table(("", ""), _facts(card)),
    ]
    if card.evaluation is not None:
        blocks += _evaluation(card, card.evaluation)
    if card.speed is not None:
        speed = card.speed
        blocks += [
            "## Speed",
            f"{speed.images_per_second:,.0f} pictures/s in batches of {speed.batch_size}; a single "
            f"picture takes {speed.single_image_p50_ms:.2f} ms (p50), "
            f"{speed.single_image_p99_ms:.2f} ms (p99). {_threads(speed.threads)} of "
            f"{cell(speed.processor)}.",
        ]
    if card.evaluation is not None:
        blocks += ["## Against published numbers", _PUBLISHED]
    return "\n\n".join(blocks) + "\n"


def _facts(card: Card) -> Iterable[tuple[str, str]]:
    taken = card.input
    mode = "grey" if taken.mode == "L" else "RGB"
    yield "takes", f"{taken.width}×{taken.height} pixels, {mode}, 8 bits a channel"
    yield "tells apart", ", ".join(cell(name) for name in card.class_names)
    yield "network", f"{cell(card.architecture.name)}, {card.weights.parameter_count:,} parameters"
    yield "weights", f"{card.weights.format}, SHA-256 `{card.weights.sha256}`"
    if (record := card.training) is not None:
        trained_on = "part of the training split" if record.trained_on == "train" else "all of it"
        yield "trained on", f"{cell(record.dataset)}: {record.images:,} pictures ({trained_on})"
        yield "recipe", f"{cell(record.recipe)}, {record.epochs} epochs, seed {record.seed}"
    yield "calibration", _calibration(card)
    yield "licence", cell(card.licence)


def scaling_words(card: Card) -> str:
    """What is done to the logits before the softmax."""
    if (scaling := card.scaling) is None:
        return f"the temperature {card.temperature:g}"
    return (
        f"vector scaling (scales {min(scaling.scales):.2f} to {max(scaling.scales):.2f}, "
        f"offsets {min(scaling.offsets):.2f} to {max(scaling.offsets):.2f})"
    )


def _calibration(card: Card) -> str:
    words = scaling_words(card)
    if (source := card.calibrated_by) is not None:
        return (
            f"{words}, that of {cell(source.name)} (seed {source.seed}), trained by "
            f"the same recipe with {source.images:,} pictures kept back"
        )
    if card.training is not None and card.training.trained_on == "all":
        return "none, as nothing was kept back to fit one on"
    return words


def _evaluation(card: Card, record: EvaluationRecord) -> Iterable[str]:
    yield f"## Accuracy on the {record.images:,} test pictures"
    yield table(("", "accuracy", "95 % interval of a single run"), _accuracies(record))
    yield _seeds(card.runs)
    duplicates = record.near_duplicates
    yield (
        f"A near-duplicate is a test picture whose pixels correlate with those of a training "
        f"picture at {duplicates.correlation:g} or more. {duplicates.found:,} were found."
    )
    yield "## By class"
    rows = (
        (
            cell(scores.class_name),
            f"{scores.images:,}",
            percent(scores.precision),
            percent(scores.recall),
            percent(scores.f1),
        )
        for scores in record.class_scores
    )
    yield table(("class", "pictures", "precision", "recall", "F1"), rows)
    yield "## Under corruption"
    yield (
        f"Accuracy on the test pictures, made worse at five strengths by seed "
        f"{record.corruption_seed}; nothing was trained or chosen on them."
    )
    steps = max((len(corruption.accuracies) for corruption in record.corruptions), default=0)
    worse = [
        (
            cell(corruption.kind),
            *(percent(accuracy) for accuracy in corruption.accuracies),
            *[""] * (steps - len(corruption.accuracies)),
            percent(mean_and_deviation(corruption.accuracies)[0]),
        )
        for corruption in record.corruptions
    ]
    every = [accuracy for one in record.corruptions for accuracy in one.accuracies]
    if every:
        worse.append(("**all**", *[""] * steps, f"**{percent(mean_and_deviation(every)[0])}**"))
    yield table(("", *(str(step) for step in range(1, steps + 1)), "mean"), worse)
    yield "## Calibration"
    yield (
        f"Expected calibration error (15 bins) {record.unscaled_calibration_error:.4f} before "
        f"scaling the logits and {record.expected_calibration_error:.4f} after. The scaling was "
        "not fitted on the test pictures."
    )


def _accuracies(record: EvaluationRecord) -> Iterable[tuple[str, str, str]]:
    yield "as they are", f"**{percent(record.accuracy)}**", _interval(record.interval)
    yield (
        "mean of picture and mirror image",
        percent(record.flip_averaged_accuracy),
        _interval(record.flip_averaged_interval),
    )
    duplicates = record.near_duplicates
    yield (
        f"the {duplicates.images:,} without a near-duplicate in train",
        percent(duplicates.accuracy),
        "",
    )


def _seeds(runs: Sequence[RunRecord]) -> str:
    if not runs:
        return "One run; what another seed would give was not measured."
    rows = [
        (str(run.seed), percent(run.accuracy), percent(run.flip_averaged_accuracy))
        for run in sorted(runs, key=lambda run: run.seed)
    ]
    if len(runs) > 1:
        plain = mean_and_deviation([run.accuracy for run in runs])
        flipped = mean_and_deviation([run.flip_averaged_accuracy for run in runs])
        rows.append(("**mean ± deviation**", _spread(*plain), _spread(*flipped)))
    return table(("seed", "as they are", "flip-averaged"), rows)


def _interval(bounds: tuple[float, float]) -> str:
    return f"{100 * bounds[0]:.2f} to {100 * bounds[1]:.2f} %"


def _spread(mean: float, deviation: float | None) -> str:
    spread = "" if deviation is None else f" ± {100 * deviation:.2f}"
    return f"**{100 * mean:.2f}{spread} %**"


def _threads(count: int) -> str:
    return "One thread" if count == 1 else f"{count} threads"
