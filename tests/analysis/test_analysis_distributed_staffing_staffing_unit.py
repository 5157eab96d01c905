"""analysis.distributed.staffing.Staffing: who is there, and when another is hired."""

from analysis.distributed.staffing import Staffing


class _Setting:
    """Two workers wanted, and a clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0
        self.staff = Staffing(2, clock=lambda: self.now)


def test_hires_as_many_as_there_are_to_be_once() -> None:
    staff = _Setting().staff
    assert (staff.hire(), staff.hire(), staff.hired) == ([0, 1], [], [0, 1])


def test_replaces_one_that_was_at_work_at_once_by_one_of_another_number() -> None:
    staff = _Setting().staff
    staff.hire()
    assert staff.ready(0)
    assert staff.gone(0, "its node died")
    assert (staff.reason, staff.hire(), staff.hired) == ("its node died", [2], [1, 2])


def test_waits_ever_longer_with_those_that_end_before_they_are_ready() -> None:
    setting = _Setting()
    staff = setting.staff
    worker, _ = staff.hire()
    for pause_s in (1, 2, 4, 8, 16, 30, 30):
        staff.gone(worker, "no such module")
        setting.now += pause_s - 0.01
        assert not staff.hire()
        setting.now += 0.01
        (worker,) = staff.hire()
    staff.ready(worker)
    staff.gone(worker, "ended")
    (worker,) = staff.hire()
    staff.gone(worker, "ended")
    setting.now += 1
    assert len(staff.hire()) == 1


def test_is_hopeless_where_one_after_the_other_ends_before_it_is_ready() -> None:
    setting = _Setting()
    staff = setting.staff
    lost = 0
    while not staff.is_hopeless:
        for worker in staff.hire():
            staff.gone(worker, "no such module")
            lost += 1
        setting.now += 60
    # Two were wanted, two more are spared, and of those after them two came at once.
    assert lost == 6


def test_has_hope_while_one_is_there() -> None:
    setting = _Setting()
    staff = setting.staff
    staff.hire()
    staff.ready(0)
    worker = 1
    for _ in range(20):
        staff.gone(worker, "no such module")
        setting.now += 60
        (worker,) = staff.hire()
    assert not staff.is_hopeless


def test_knows_since_when_none_is_there() -> None:
    setting = _Setting()
    staff = setting.staff
    staff.hire()
    assert staff.none_since == 100
    staff.ready(0)
    staff.ready(1)
    setting.now = 200
    staff.gone(0, "ended")
    still_there = staff.none_since
    staff.gone(1, "ended")
    assert [still_there, staff.none_since] == [None, 200.0]


def test_what_is_heard_of_one_that_is_gone_changes_nothing() -> None:
    staff = _Setting().staff
    staff.hire()
    assert staff.gone(0, "ended")
    assert not staff.gone(0, "ended once more")
    assert not staff.ready(0)
    assert not staff.gone(9, "never hired")
    assert staff.reason == "ended"
