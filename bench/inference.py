"""Ways to run one network, measured against each other: ``python -m bench.inference [NAME …]``.

Rounds go through every way in turn, with one thread and with two, so that a machine whose speed
changes changes it for all of them; what is compared are the ratios within a round, and their
medians over the rounds. The clock is that of the wall, as only there a thread shows that waits for
another: measure on a machine that has nothing else to do.
"""

import argparse
import copy
import logging
import os
import statistics
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from analysis.classifiers import DEFAULT_CLASSIFIER
from analysis.classifiers.architectures import fold
from analysis.classifiers.card import CARD_FILE, Card, read_card
from analysis.classifiers.devices import processor_name
from analysis.classifiers.inference import Classifier
from analysis.classifiers.onnx_export import to_onnx
from analysis.classifiers.onnx_inference import start_session
from analysis.classifiers.packages import available, default_models_dir, find, read_network
from analysis.errors import ClassifierError
from analysis.evaluation.markdown import table
from bench.figures import Column, Scale, Section, Table, Value

logger = logging.getLogger(__name__)

# Normalised pictures (B, C, H, W) float32 to logits (B, classes).
Runner = Callable[[Tensor], Any]


class Way(NamedTuple):
    """One way of running the network, by so many threads of the CPU."""

    name: str
    threads: int


# Seconds of every call, by way and batch size, a list for each round.
Seconds = Mapping[Way, Mapping[int, Sequence[Sequence[float]]]]

REFERENCE = "eager bfloat16, folded"
# With what a classifier adds around its network: normalisation, softmax and checks.
AS_LOADED = "as loaded, uint8 to probabilities"
# How long a single picture takes, and what is sustained in a live stream and at most.
SINGLE, *BATCHES = 1, 64, 256
WARM_UP_CALLS = 5
# What is measured where no package is named: the first that is there.
USUAL = ("fashion-fast", DEFAULT_CLASSIFIER)


@dataclass(frozen=True)
class Row:
    """What one way reached.

    Attributes:
        way: which.
        p50_ms, p99_ms: of single pictures, over the calls of all rounds.
        images_per_second: by batch size, medians over the rounds.
        ratios: by batch size, that of 1 included, to the reference within the same round, medians
            over the rounds; above 1 is faster.
    """

    way: Way
    p50_ms: float
    p99_ms: float
    images_per_second: Mapping[int, float]
    ratios: Mapping[int, float]


def summarise(seconds: Seconds, *, reference: Way) -> list[Row]:
    """A row for each way.

    Args:
        seconds: of each call; the batch sizes are ``SINGLE`` and any others.
        reference: the way that the ratios are to.
    """
    # A single picture is judged by what is usual; what is sustained has to pay for every call.
    typical = {
        way: {
            batch: [
                statistics.median(calls) if batch == SINGLE else statistics.fmean(calls)
                for calls in rounds
            ]
            for batch, rounds in by_batch.items()
        }
        for way, by_batch in seconds.items()
    }
    rows = []
    for way, by_batch in typical.items():
        single_ms = 1000 * np.concatenate([np.asarray(calls) for calls in seconds[way][SINGLE]])
        p50, p99 = np.percentile(single_ms, [50, 99])
        rows.append(
            Row(
                way=way,
                p50_ms=float(p50),
                p99_ms=float(p99),
                images_per_second={
                    batch: batch / statistics.median(own)
                    for batch, own in by_batch.items()
                    if batch != SINGLE
                },
                ratios={
                    batch: statistics.median(
                        known / its
                        for known, its in zip(typical[reference][batch], own, strict=True)
                    )
                    for batch, own in by_batch.items()
                },
            )
        )
    return rows


def render_table(rows: Sequence[Row], *, reference: Way) -> str:
    """The rows as Markdown: milliseconds of a single picture, pictures a second of the batches.

    Ratios to the reference, which is in bold, are in brackets.
    """
    batches = list(rows[0].images_per_second) if rows else []
    head = ("", "threads", "p50 ms", "p99 ms", *(f"batch of {batch}" for batch in batches))
    lines = []
    for row in rows:
        mark = "**" if row.way == reference else ""
        cells = [
            row.way.name,
            str(row.way.threads),
            f"{row.p50_ms:.2f} ({row.ratios[SINGLE]:.2f})",
            f"{row.p99_ms:.2f}",
            *(
                f"{row.images_per_second[batch]:,.0f} ({row.ratios[batch]:.2f})"
                for batch in batches
            ),
        ]
        lines.append([f"{mark}{cell}{mark}" for cell in cells])
    return table(head, lines)


def take_times(  # pylint: disable=too-many-arguments  # what a measurement depends on
    runners: Mapping[Way, Runner],
    batches: Mapping[int, Tensor],
    *,
    rounds: int,
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
    set_threads: Callable[[int], None] = torch.set_num_threads,
) -> dict[Way, dict[int, list[list[float]]]]:
    """Seconds of every call, by way and batch size, a list for each round.

    Args:
        runners: the ways.
        batches: network input by batch size.
        rounds: how often every way is measured, one after the other.
        seconds: that each measurement lasts; at least one call is made.
        clock: of seconds, never going back.
        set_threads: tells torch how many to use.
    """
    taken: dict[Way, dict[int, list[list[float]]]] = {
        way: {batch: [] for batch in batches} for way in runners
    }
    for way, run in runners.items():
        set_threads(way.threads)
        for pixels in batches.values():
            for _ in range(WARM_UP_CALLS):
                run(pixels)
        logger.info("ready: %s, threads %d", *way)
    for which in range(rounds):
        for batch, pixels in batches.items():
            for way, run in runners.items():
                set_threads(way.threads)
                run(pixels)  # wakes the threads that the last way did not use
                calls: list[float] = []
                started = now = clock()
                while not calls or now - started < seconds:
                    before = now
                    run(pixels)
                    now = clock()
                    calls.append(now - before)
                taken[way][batch].append(calls)
        logger.info("round %d of %d", which + 1, rounds)
    return taken


def build_runners(network: nn.Module, card: Card, *, threads: int = 1) -> dict[str, Runner]:
    """Every way that this machine has of running the network, by name.

    ``torch.compile`` needs a C++ compiler and ONNX Runtime the extra ``onnx``; what is missing is
    left out, and a log line says so.

    Args:
        network: the card's, in evaluation mode.
        card: for the size of the pictures.
        threads: of the CPU, for ONNX Runtime; torch's are those of the process.
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
    if threads > 1:
        shared = _shared_out(half, threads)
        runners["eager bfloat16, folded, shares of a batch"] = lambda pixels: shared(
            pixels.bfloat16()
        )
    optional: Mapping[str, Callable[[], Runner]] = {
        "compiled float32, folded": lambda: _compiled(folded, example[:SINGLE]),
        "compiled bfloat16, folded": lambda: _compiled(half, as_half[:SINGLE]),
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


def _shared_out(network: nn.Module, threads: int) -> Runner:
    """Each thread runs the whole network on its share: they meet once a batch, not once a layer."""
    # One core each. That is torch's setting for the thread that makes it, and for those to come.
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))

    def run_share(pixels: Tensor) -> Any:
        with torch.inference_mode():
            return network(pixels)

    return lambda pixels: torch.cat(list(pool.map(run_share, torch.chunk(pixels, threads))))


def _traced(network: nn.Module, example: Tensor, *, is_optimised: bool = False) -> Runner:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated, which is one of the reasons against it
        traced: Any = torch.jit.trace(network, example)  # type: ignore[no-untyped-call]  # torch's
        frozen: Any = torch.jit.freeze(traced)
        runner: Runner = torch.jit.optimize_for_inference(frozen) if is_optimised else frozen
    return runner


def _compiled(network: nn.Module, example: Tensor) -> Runner:
    # All compiled networks share one piece of code, whose kernels for all batch sizes and threads
    # together are more than the usual limit.
    torch.compiler.config.recompile_limit = 64
    compiled: Runner = torch.compile(network, dynamic=False)
    compiled(example)  # compiles here, so that a missing compiler shows here
    return lambda pixels: compiled(pixels.to(example.dtype))


def _onnx(network: nn.Module, card: Card, threads: int) -> Runner:
    session = start_session(to_onnx(network, card), threads)
    return lambda pixels: session.run(None, {"pixels": pixels.contiguous().numpy()})


def _as_loaded(network: nn.Module, card: Card, threads: int) -> Runner:
    classifier = Classifier(card, network, threads=threads)
    shape = (max(BATCHES), *card.input.image_shape)
    images = np.random.default_rng(0).integers(0, 256, size=shape, dtype=np.uint8)
    return lambda pixels: classifier.predict(images[: len(pixels)])


def _rows(
    card: Card, network: nn.Module, threads_of: Sequence[int], *, rounds: int, seconds: float
) -> tuple[list[Row], Way]:
    """What every way reached, and which of them the ratios are to."""
    runners: dict[Way, Runner] = {}
    for threads in threads_of:
        torch.set_num_threads(threads)
        by_name = build_runners(network, card, threads=threads)
        by_name[AS_LOADED] = _as_loaded(network, card, threads)
        runners |= {Way(name, threads): run for name, run in by_name.items()}
    rng = np.random.default_rng(0)
    sizes = (card.input.channels, card.input.height, card.input.width)
    batches = {
        batch: torch.from_numpy(rng.standard_normal((batch, *sizes), dtype=np.float32)).contiguous(
            memory_format=torch.channels_last
        )
        for batch in (SINGLE, *BATCHES)
    }
    taken = take_times(runners, batches, rounds=rounds, seconds=seconds)
    reference = Way(REFERENCE, threads_of[0])
    return summarise(taken, reference=reference), reference


def _log_table(card: Card, network: nn.Module, options: argparse.Namespace) -> None:
    rows, reference = _rows(
        card, network, options.threads, rounds=options.rounds, seconds=options.seconds
    )
    logger.info(
        "%s (%d parameters) on %s, %d cores, torch %s, %d rounds: milliseconds of a single "
        "picture, pictures/s (ratio to %s):\n%s",
        card.name,
        card.weights.parameter_count,
        processor_name(),
        os.cpu_count() or 0,
        torch.__version__,
        options.rounds,
        reference.name,
        render_table(rows, reference=reference),
    )


@torch.inference_mode()
def measure(scale: Scale) -> Section:
    """The default classifier's network, every way, as a part of the benchmark."""
    folder = find(DEFAULT_CLASSIFIER, models_dir=default_models_dir())
    card = read_card(folder / CARD_FILE)
    rows, reference = _rows(
        card,
        read_network(folder, card),
        (1, 2),
        rounds=scale.rounds,
        seconds=0.01 if scale.is_quick else 0.3,
    )
    columns = [Column("way", ""), Column("threads", "threads")]
    columns += [Column("p50", "p50, ms", 2), Column("p99", "p99, ms", 2)]
    columns.append(Column("ratio_1", "ratio", 2))
    for batch in BATCHES:
        columns.append(Column(f"rate_{batch}", f"batch of {batch}, pictures/s"))
        columns.append(Column(f"ratio_{batch}", "ratio", 2))
    values: list[dict[str, Value]] = []
    for row in rows:
        of_row: dict[str, Value] = {"way": row.way.name, "threads": row.way.threads}
        of_row |= {"p50": row.p50_ms, "p99": row.p99_ms}
        of_row |= {f"rate_{batch}": rate for batch, rate in row.images_per_second.items()}
        of_row |= {f"ratio_{batch}": ratio for batch, ratio in row.ratios.items()}
        values.append(of_row)
    return Section(
        "Ways to run a network",
        f"`{card.name}` ({card.weights.parameter_count:,} parameters), {scale.rounds} rounds; "
        f"ratios are to *{reference.name}* on {reference.threads} thread, above 1 is faster.",
        (Table("", tuple(columns), tuple(values)),),
    )


def main() -> int:
    """Measure and log a table for each package; 1 where one cannot be read, else 0."""
    models_dir = default_models_dir()
    usual = next((name for name in USUAL if name in available(models_dir)), DEFAULT_CLASSIFIER)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[usual], help="packages under models/")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="of one measurement")
    options = parser.parse_args()
    try:
        folders = [find(name, models_dir=models_dir) for name in options.names]
        cards = [read_card(folder / CARD_FILE) for folder in folders]
        networks = [read_network(folder, card) for folder, card in zip(folders, cards, strict=True)]
    except ClassifierError as error:
        logger.error("%s", error)
        return 1
    with torch.inference_mode():
        for card, network in zip(cards, networks, strict=True):
            _log_table(card, network, options)
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    raise SystemExit(main())
