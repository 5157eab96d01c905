"""access.roles.Rules: the table of who may do what."""

import pytest

from access.roles import Owner, Rules, Scope, Visitor

ALICE = Visitor(address="192.0.2.1", user_id=1)
BOB = Visitor(address="192.0.2.2", user_id=2)
STAFF = Visitor(address="192.0.2.3", user_id=3, is_staff=True)
STREAMER = Visitor(address="192.0.2.4", token_id=7, scopes=frozenset({Scope.STREAM}))
READER = Visitor(address="192.0.2.5", token_id=8, scopes=frozenset({Scope.READ}))
STRANGER = Visitor(address="192.0.2.6")
EVERYBODY = [ALICE, BOB, STAFF, STREAMER, READER, STRANGER]

LOCAL = Rules(is_network=False)
NETWORK = Rules(is_network=True)
OPEN = Rules(is_network=True, reading_is_open=True)


@pytest.mark.parametrize("visitor", EVERYBODY)
def test_on_this_machine_alone_anybody_may_do_everything(visitor: Visitor) -> None:
    assert LOCAL.may_read(visitor)
    assert LOCAL.may_stream(visitor)
    assert LOCAL.may_start(visitor)
    assert LOCAL.may_stop(visitor, Owner(user_id=99))


@pytest.mark.parametrize(
    ("visitor", "read", "stream", "start"),
    [
        pytest.param(ALICE, True, False, True, id="signed in"),
        pytest.param(STAFF, True, False, True, id="staff"),
        pytest.param(STREAMER, False, True, True, id="a token for streaming"),
        pytest.param(READER, True, False, False, id="a token for reading"),
        pytest.param(STRANGER, False, False, False, id="a stranger"),
    ],
)
def test_on_a_network_it_takes_an_account_or_a_token(
    visitor: Visitor, read: bool, stream: bool, start: bool
) -> None:
    assert NETWORK.may_read(visitor) is read
    assert NETWORK.may_stream(visitor) is stream
    assert NETWORK.may_start(visitor) is start


@pytest.mark.parametrize("visitor", EVERYBODY)
def test_reading_that_is_open_opens_nothing_else(visitor: Visitor) -> None:
    assert OPEN.may_read(visitor)
    assert OPEN.may_stream(visitor) is NETWORK.may_stream(visitor)
    assert OPEN.may_start(visitor) is NETWORK.may_start(visitor)
    assert OPEN.may_stop(visitor, Owner(user_id=1)) is NETWORK.may_stop(visitor, Owner(user_id=1))


@pytest.mark.parametrize(
    ("owner", "who"),
    [
        pytest.param(Owner(user_id=1), [ALICE, STAFF], id="alice's"),
        pytest.param(Owner(token_id=7), [STREAMER, STAFF], id="a token's"),
        pytest.param(Owner(token_id=8), [STAFF], id="of a token that was for streaming once"),
        pytest.param(Owner(), [STAFF], id="nobody's"),
        # Ids of people and of tokens are counted apart.
        pytest.param(Owner(user_id=7, token_id=1), [STAFF], id="the same numbers, crossed"),
    ],
)
def test_on_a_network_a_session_is_stopped_by_its_owner_or_staff(
    owner: Owner, who: list[Visitor]
) -> None:
    assert all(
        NETWORK.may_annotate(visitor, owner) is NETWORK.may_stop(visitor, owner)
        for visitor in EVERYBODY
    )
    assert [visitor for visitor in EVERYBODY if NETWORK.may_stop(visitor, owner)] == sorted(
        who, key=EVERYBODY.index
    )


@pytest.mark.parametrize(
    ("owner", "who"),
    [
        pytest.param(Owner(user_id=1), [ALICE, BOB, STAFF, READER], id="somebody's"),
        pytest.param(Owner(token_id=7), [ALICE, BOB, STAFF, STREAMER, READER], id="a token's"),
        pytest.param(Owner(), [ALICE, BOB, STAFF, READER], id="nobody's"),
        pytest.param(Owner(user_id=7), [ALICE, BOB, STAFF, READER], id="of a person so numbered"),
    ],
)
def test_on_a_network_frames_come_again_for_who_may_read_them_or_had_them(
    owner: Owner, who: list[Visitor]
) -> None:
    assert [visitor for visitor in EVERYBODY if NETWORK.may_repeat(visitor, owner)] == who


@pytest.mark.parametrize("visitor", EVERYBODY)
def test_on_this_machine_alone_anybody_may_have_frames_again(visitor: Visitor) -> None:
    assert LOCAL.may_repeat(visitor, Owner(user_id=99))


def test_on_a_network_the_servers_own_numbers_are_for_staff_and_tokens_that_read() -> None:
    for rules in (NETWORK, OPEN):
        assert [visitor for visitor in EVERYBODY if rules.may_watch(visitor)] == [STAFF, READER]
    assert all(LOCAL.may_watch(visitor) for visitor in EVERYBODY)
