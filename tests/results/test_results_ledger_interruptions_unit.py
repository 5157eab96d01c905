"""How often and for how long a session was interrupted."""

from results.ledger import Interruptions


def test_has_a_json_form_in_whole_milliseconds() -> None:
    assert Interruptions(count=2, seconds=3.14159).as_dict() == {"count": 2, "seconds": 3.142}


def test_none_is_none() -> None:
    assert Interruptions().as_dict() == {"count": 0, "seconds": 0.0}
