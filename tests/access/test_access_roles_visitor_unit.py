"""access.roles.Visitor."""

import pytest

from access.roles import Owner, Visitor


@pytest.mark.parametrize(
    ("visitor", "is_anonymous", "key", "owner"),
    [
        pytest.param(Visitor(address="::"), True, "::", Owner(), id="a stranger"),
        pytest.param(
            Visitor(address="::", user_id=5), False, "user:5", Owner(user_id=5), id="a person"
        ),
        pytest.param(
            Visitor(address="::", token_id=5), False, "token:5", Owner(token_id=5), id="a token"
        ),
    ],
)
def test_is_known_by_token_person_or_address(
    visitor: Visitor, is_anonymous: bool, key: str, owner: Owner
) -> None:
    assert visitor.is_anonymous is is_anonymous
    assert visitor.key == key
    assert visitor.owner == owner
