"""results.api.filters.SessionQuery: what sessions can be narrowed by."""

from results.api.filters import SessionQuery


def test_takes_the_states_that_there_are() -> None:
    assert SessionQuery(data={"state": "running"}).is_valid()
    assert not SessionQuery(data={"state": "asleep"}).is_valid()
    assert SessionQuery(data={}).is_valid()
