"""Each sent frame is accounted for exactly once, or named."""

import pytest

from results.ledger import Loss, LossKind, coverage_differences

Losses = dict[LossKind, tuple[Loss, ...]]


@pytest.mark.parametrize(
    ("stored", "losses", "sentences"),
    [
        pytest.param([(0, 9)], {}, [], id="all-stored"),
        pytest.param(
            [(0, 3), (6, 8)],
            {"dropped": (Loss("overload", ((4, 4),)),), "lost": (Loss("gap", ((5, 5), (9, 9))),)},
            [],
            id="stored-or-lost",
        ),
        pytest.param(
            [(0, 9)], {"unsent": (Loss("stopped", ((10, 20),)),)}, [], id="unsent-is-no-claim"
        ),
        pytest.param([], {}, ["nobody accounts for frames 0 to 9"], id="nothing"),
        pytest.param(
            [(1, 3), (5, 8)],
            {},
            [
                "nobody accounts for frame 0",
                "nobody accounts for frame 4",
                "nobody accounts for frame 9",
            ],
            id="gaps",
        ),
        pytest.param(
            [(0, 9)],
            {"rejected": (Loss("bad-size", ((3, 5),)),)},
            ["accounted for as stored and as rejected: frames 3 to 5"],
            id="twice",
        ),
        pytest.param(
            [(0, 9)],
            {"lost": (Loss("gap", ((9, 12),)),)},
            [
                "accounted for as stored and as lost: frame 9",
                "accounted for, but never sent: frames 10 to 12",
            ],
            id="beyond",
        ),
    ],
)
def test_names_every_gap_and_overlap(
    stored: list[tuple[int, int]], losses: Losses, sentences: list[str]
) -> None:
    assert coverage_differences(sent=10, stored=tuple(stored), losses=losses) == sentences


def test_nothing_sent_needs_nothing() -> None:
    assert not coverage_differences(sent=0, stored=(), losses={})
