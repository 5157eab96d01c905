"""Ways to run one network, measured against each other: ``python -m bench.inference``.

Rounds go through every way in turn, so that a machine whose speed changes changes it for all of
them; what is compared are the ratios within a round, and their medians over the rounds.
"""

import argparse
import copy
import logging
import statistics
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from analysis.classifiers.architectures import fold
from analysis.classifiers.card import CARD_FILE, Card, read_card
from analysis.classifiers.onnx_export import to_onnx
from analysis.classifiers.onnx_inference import start_session
from analysis.classifiers.packages import find, read_network
from analysis.errors import ClassifierError

logger = logging.getLogger(__name__)

# Normalised pictures (B, C, H, W) float32 to logits (B, classes).
Runner = Callable[[Tensor], Any]

REFERENCE = "eager bfloat16, folded"
BATCHES = (1, 8, 64, 256)
WARM_UP_CALLS = 5
MODELS = Path(__file__).resolve().parent.parent / "models"


@dataclass(frozen=True)
class Row:
    """What one way reached.

    Attributes:
        name: of the way.
        images_per_second: by batch size, medians over the rounds.
        ratios: by batch size, to the reference within the same round, medians over the rounds.
    """

    name: str
    images_per_second: Mapping[int, float]
    ratios: Mapping[int, float]


def summarise(seconds: Mapping[str, Mapping[int, Sequence[float]]], *, reference: str) -> list[Row]:
    """A row for each way from the seconds that one batch took it in each round.

    Args:
        seconds: by way and batch size, one number for each round.
        reference: the way that the ratios are to; above 1 is faster than it.
    """
    rows = []
    for name, by_batch in seconds.items():
        ratios = {
            batch: statistics.median(
                known / own
                for known, own in zip(seconds[reference][batch], own_rounds, strict=True)
            )
            for batch, own_rounds in by_batch.items()
        }
        speeds = {batch: batch / statistics.median(own) for batch, own in by_batch.items()}
        rows.append(Row(name=name, images_per_second=speeds, ratios=ratios))
    return rows


def render_table(rows: Sequence[Row], *, reference: str) -> str:
    """The rows as Markdown: pictures a second and, in brackets, the ratio to the reference."""
    batches = list(rows[0].images_per_second) if rows else []
    lines = [["", *(f"batch of {batch}" for batch in batches)], ["---"] * (len(batches) + 1)]
    for row in rows:
        mark = "**" if row.name == reference else ""
        cells = [
            f"{mark}{row.images_per_second[batch]:,.0f} ({row.ratios[batch]:.2f}){mark}"
            for batch in batches
        ]
        lines.append([f"{mark}{row.name}{mark}", *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measure(
    runners: Mapping[str, Runner],
    batches: Mapping[int, Tensor],
    *,
    rounds: int,
    seconds: float,
    clock: Callable[[], float],
) -> dict[str, dict[int, list[float]]]:
    """Seconds that one batch takes each way, one number for each round.

    Args:
        runners: the ways by name.
        batches: network input by batch size.
        rounds: how often every way is measured, one after the other.
        seconds: that each measurement lasts; at least one call is made.
        clock: of seconds, never going back.
    """
    taken: dict[str, dict[int, list[float]]] = {
        name: {batch: [] for batch in batches} for name in runners
    }
    for name, run in runners.items():
        for pixels in batches.values():
            for _ in range(WARM_UP_CALLS):
                run(pixels)
        logger.info("ready: %s", name)
    for which in range(rounds):
        for batch, pixels in batches.items():
            for name, run in runners.items():
                calls, started = 0, clock()
                while not calls or clock() - started < seconds:
                    run(pixels)
                    calls += 1
                taken[name][batch].append((clock() - started) / calls)
        logger.info("round %d of %d", which + 1, rounds)
    return taken


def build_runners(network: nn.Module, card: Card, *, threads: int = 1) -> dict[str, Runner]:
    """Every way that this machine has of running the network, by name.

    ``torch.compile`` needs a C++ compiler and ONNX Runtime the extra ``onnx``; what is missing is
    left out, and a log line says so.

    Args:
        network: the card's, in evaluation mode.
        card: for the size of the pictures.
        threads: of the CPU, for ONNX Runtime; torch's are set for the process.
    """
    shape = (8, card.input.channels, card.input.height, card.input.width)
    example = torch.zeros(shape).contiguous(memory_format=torch.channels_last)
    plain = copy.deepcopy(network)
    for parameter in plain.parameters():
        parameter.data = parameter.data.contiguous()
    folded = fold(network)
    half = _with_bfloat16_convolutions(folded)
    as_half = example.bfloat16()
    runners: dict[str, Runner] = {
        "eager float32, channels first": lambda pixels: plain(pixels.contiguous()),
        "eager float32": network,
        "eager float32, folded": folded,
        "traced and frozen float32": _traced(network, example),
        "traced, frozen, optimised float32": _traced(network, example, is_optimised=True),
        REFERENCE: lambda pixels: half(pixels.bfloat16()),
    }
    traced = _traced(half, as_half)
    runners["traced and frozen bfloat16, folded"] = lambda pixels: traced(pixels.bfloat16())
    optional: Mapping[str, Callable[[], Runner]] = {
        "compiled float32, folded": lambda: _compiled(folded, example),
        "compiled bfloat16, folded": lambda: _compiled(half, as_half),
        "ONNX Runtime float32": lambda: _onnx(network, card, threads),
    }
    for name, build in optional.items():
        try:
            runners[name] = build()
        # pylint: disable-next=broad-exception-caught  # a compiler fails in ways of its own
        except Exception as error:
            logger.warning("left out: %s (%s)", name, str(error).partition("\n")[0])
    return runners


def _with_bfloat16_convolutions(folded: nn.Module) -> nn.Module:
    half = copy.deepcopy(folded)
    for module in half.modules():
        if isinstance(module, nn.Conv2d):
            module.bfloat16()
    return half


def _traced(network: nn.Module, example: Tensor, *, is_optimised: bool = False) -> Runner:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated, which is one of the reasons against it
        traced: Any = torch.jit.trace(network, example)  # type: ignore[no-untyped-call]  # torch's
        frozen: Any = torch.jit.freeze(traced)
        runner: Runner = torch.jit.optimize_for_inference(frozen) if is_optimised else frozen
    return runner


def _compiled(network: nn.Module, example: Tensor) -> Runner:
    # Both compiled networks share one piece of code, whose kernels for all batch sizes together
    # are more than the usual limit.
    torch.compiler.config.recompile_limit = 4 * len(BATCHES)
    compiled: Runner = torch.compile(network, dynamic=False)
    compiled(example)  # compiles here, so that a missing compiler shows here
    return lambda pixels: compiled(pixels.to(example.dtype))


def _onnx(network: nn.Module, card: Card, threads: int) -> Runner:
    session = start_session(to_onnx(network, card), threads)
    return lambda pixels: session.run(None, {"pixels": pixels.contiguous().numpy()})


def main() -> int:
    """Measure and log the table; 1 where the classifier cannot be read, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="fashion-cnn", help="a package under models/")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="of one measurement")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    try:
        folder = find(options.model, models_dir=MODELS)
        card = read_card(folder / CARD_FILE)
        network = read_network(folder, card)
    except ClassifierError as error:
        logger.error("%s", error)
        return 1
    rng = np.random.default_rng(0)
    sizes = (card.input.channels, card.input.height, card.input.width)
    batches = {
        batch: torch.from_numpy(rng.standard_normal((batch, *sizes), dtype=np.float32)).contiguous(
            memory_format=torch.channels_last
        )
        for batch in BATCHES
    }
    # One thread's processor time leaves out what else runs here; of several, waiting counts.
    clock = time.process_time if options.threads == 1 else time.perf_counter
    with torch.inference_mode():
        seconds = measure(
            build_runners(network, card, threads=options.threads),
            batches,
            rounds=options.rounds,
            seconds=options.seconds,
            clock=clock,
        )
    table = render_table(summarise(seconds, reference=REFERENCE), reference=REFERENCE)
    logger.info(
        "%s, %d threads, %d rounds, pictures/s (ratio to the way that is used):\n%s",
        card.name,
        options.threads,
        options.rounds,
        table,
    )
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    raise SystemExit(main())
