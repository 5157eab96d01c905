"""The account of every frame of a session."""

from dataclasses import replace

import pytest

from results.ledger import FIELDS, Interruptions, Ledger, Loss, LossKind

WHOLE = Ledger(
    announced=100,
    sent=90,
    received=85,
    analysed=80,
    stored=80,
    losses={
        "unsent": (Loss("stopped", ((90, 99),)),),
        "lost": (Loss("gap", ((0, 4),)),),
        "rejected": (Loss("bad-size", ((5, 6),)),),
        "dropped": (Loss("overload", ((7, 8),)), Loss("stopping", ((9, 9),))),
    },
)


def test_adds_up_when_every_frame_is_accounted_for() -> None:
    assert WHOLE.differences() == []


@pytest.mark.parametrize(
    ("kind", "count"), [("unsent", 10), ("lost", 5), ("rejected", 2), ("dropped", 3)]
)
def test_counts_a_kind_of_loss_over_its_reasons(kind: LossKind, count: int) -> None:
    assert WHOLE.lost_count(kind) == count


def test_names_each_equation_that_does_not_hold() -> None:
    assert Ledger(announced=5, sent=4, received=3, analysed=2, stored=1).differences() == [
        "announced 5 is not sent 4 + unsent 0",
        "sent 4 is not received 3 + lost 0",
        "received 3 is not analysed 2 + rejected 0 + dropped 0",
        "analysed 2 is not stored 1",
    ]


def test_has_all_fields_in_its_json_form() -> None:
    document = WHOLE.as_dict()
    assert [document[name] for name in FIELDS] == [  # type: ignore[literal-required]  # FIELDS
        100,
        90,
        10,
        85,
        5,
        80,
        2,
        3,
        80,
    ]
    assert document["losses"]["dropped"] == [
        {"reason": "overload", "count": 2, "ranges": [[7, 8]]},
        {"reason": "stopping", "count": 1, "ranges": [[9, 9]]},
    ]
    assert document["differences"] == []


def test_is_one_line_by_the_names_of_its_fields() -> None:
    assert WHOLE.line() == (
        "announced 100, sent 90, unsent 10, received 85, lost 5, "
        "analysed 80, rejected 2, dropped 3, stored 80"
    )


def test_tells_of_interruptions_where_they_are_counted() -> None:
    counted = replace(WHOLE, interruptions=Interruptions(count=2, seconds=3.1))
    assert counted.as_dict()["interruptions"] == {"count": 2, "seconds": 3.1}
    assert "interruptions" not in WHOLE.as_dict()
