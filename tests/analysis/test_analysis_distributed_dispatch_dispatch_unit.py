"""analysis.distributed.dispatch.Dispatch: every job done once, results in order."""

import random
from typing import Any

import pytest

from analysis.distributed.dispatch import Assignment, Dispatch


def _dispatch(*workers: int, jobs: str = "", **options: Any) -> Dispatch[str, str]:
    dispatch = Dispatch[str, str](**options)
    for worker in workers:
        dispatch.join(worker)
    for job in jobs:
        dispatch.submit(job)
    return dispatch


def _given(dispatch: Dispatch[str, str]) -> list[tuple[int, str]]:
    return [(one.worker, one.job) for one in dispatch.assign()]


def test_gives_the_oldest_jobs_to_those_that_have_least() -> None:
    dispatch = _dispatch(1, 2, jobs="abcde")
    assert dispatch.assign() == [
        *(Assignment(1, 0, "a"), Assignment(2, 1, "b")),
        *(Assignment(1, 2, "c"), Assignment(2, 3, "d")),
    ]
    assert not dispatch.assign()


def test_gives_no_more_than_a_worker_may_have() -> None:
    dispatch = _dispatch(1, jobs="abc", per_worker=1)
    assert _given(dispatch) == [(1, "a")]
    assert dispatch.answer(1, 0, "A")
    assert _given(dispatch) == [(1, "b")]


def test_keeps_jobs_until_there_is_a_worker() -> None:
    dispatch = _dispatch(jobs="a")
    assert not dispatch.assign()
    dispatch.join(7)
    assert (dispatch.workers, _given(dispatch)) == ([7], [(7, "a")])


def test_lets_results_out_in_the_order_in_which_the_jobs_came() -> None:
    dispatch = _dispatch(1, 2, jobs="abc")
    dispatch.assign()
    assert dispatch.answer(2, 1, "B")
    assert (dispatch.leaving(), dispatch.outstanding) == ([], 3)
    assert dispatch.answer(1, 0, "A")
    assert (dispatch.leaving(), dispatch.outstanding) == (["A", "B"], 1)
    assert not dispatch.leaving()


def test_gives_the_jobs_of_a_lost_worker_to_others_first() -> None:
    dispatch = _dispatch(1, 2, jobs="abcdef")
    dispatch.assign()
    dispatch.lose(1)
    assert dispatch.workers == [2]
    assert not dispatch.assign()
    for ticket in (1, 3):
        assert dispatch.answer(2, ticket, str(ticket))
    assert _given(dispatch) == [(2, "a"), (2, "c")]


def test_passes_over_what_a_lost_worker_answers_after_all() -> None:
    dispatch = _dispatch(1, jobs="a")
    dispatch.assign()
    dispatch.lose(1)
    assert not dispatch.answer(1, 0, "late")
    dispatch.join(2)
    dispatch.assign()
    assert dispatch.answer(2, 0, "A")
    assert not dispatch.answer(2, 0, "again")
    assert dispatch.leaving() == ["A"]


def test_losing_one_that_is_not_there_changes_nothing() -> None:
    dispatch = _dispatch(1, jobs="a")
    dispatch.assign()
    dispatch.lose(9)
    assert dispatch.answer(1, 0, "A")


def test_a_worker_joins_once() -> None:
    with pytest.raises(ValueError, match="worker 1 has joined already"):
        _dispatch(1, 1)


def test_names_a_job_that_ends_whoever_tries_it() -> None:
    dispatch = _dispatch(jobs="ab", attempts=2, per_worker=1)
    for worker in range(2):
        assert dispatch.deadly is None
        dispatch.join(worker)
        assert _given(dispatch) == [(worker, "a")]
        dispatch.lose(worker)
    assert dispatch.deadly == 0


def test_a_job_that_is_done_after_losses_is_not_deadly() -> None:
    dispatch = _dispatch(1, jobs="a", attempts=1)
    dispatch.assign()
    dispatch.lose(1)
    dispatch.join(2)
    dispatch.assign()
    dispatch.answer(2, 0, "A")
    assert dispatch.deadly is None


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_lost_every_job_has_one_result_in_order(seed: int) -> None:
    rng = random.Random(seed)
    dispatch = Dispatch[int, int](attempts=1000)
    under_way: list[Assignment[int]] = []
    submitted, joined, results = 0, 0, list[int]()
    while len(results) < 100:
        step = rng.random()
        if step < 0.3 and submitted < 100:
            dispatch.submit(submitted)
            submitted += 1
        elif step < 0.4 and len(dispatch.workers) < 4:
            dispatch.join(joined)
            joined += 1
        elif step < 0.45 and dispatch.workers:
            # Its answers may come all the same.
            dispatch.lose(rng.choice(dispatch.workers))
        elif under_way:
            one = under_way.pop(rng.randrange(len(under_way)))
            dispatch.answer(one.worker, one.ticket, one.job)
        under_way += dispatch.assign()
        results += dispatch.leaving()
    assert results == list(range(100))
    assert dispatch.outstanding == 0
