"""access.limits.Slots."""

from access.limits import Slots


def test_no_key_holds_more_than_its_limit_at_once() -> None:
    slots = Slots(2)
    assert [slots.take("a") for _ in range(4)] == [True, True, False, False]
    assert slots.take("b")
    slots.give_back("a")
    assert slots.take("a")
    assert not slots.take("a")


def test_keys_that_hold_nothing_take_no_memory() -> None:
    slots = Slots(1)
    for number in range(1000):
        assert slots.take(str(number))
        slots.give_back(str(number))
    assert len(slots) == 0
