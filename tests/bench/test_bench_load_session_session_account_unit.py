"""bench.load_session.SessionAccount."""

from tests.bench.load_accounts import account_of


def test_received_are_the_frames_that_came_in_their_turn() -> None:
    account = account_of([0, 0, 0], announced=5)
    account.misplaced = 2
    assert account.received == 3
