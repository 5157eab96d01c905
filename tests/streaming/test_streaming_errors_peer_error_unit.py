"""streaming.errors.PeerError: close codes, and that the documents know each of them."""

import re
from pathlib import Path

import pytest

from streaming.errors import PeerError, StorageUnavailable

PROTOCOL = Path(__file__).parent.parent.parent / "docs" / "reference" / "protocol.md"
OFFENCES = PeerError.__subclasses__()


def _documented() -> dict[str, int]:
    """Each code of the protocol's table, with its close code."""
    rows = re.findall(r"^\| (\d{4}) \| `([a-z-]+)` \|", PROTOCOL.read_text("utf-8"), re.MULTILINE)
    return {code: int(close_code) for close_code, code in rows}


def test_every_offence_has_a_close_code_of_its_own() -> None:
    close_codes = [each.close_code for each in OFFENCES]
    assert len(set(close_codes)) == len(close_codes)
    # What applications may define for themselves.
    assert all(4400 <= each <= 4499 for each in close_codes)


@pytest.mark.parametrize("offence", [pytest.param(each, id=each.__name__) for each in OFFENCES])
def test_every_offence_is_documented_with_its_number(offence: type[PeerError]) -> None:
    assert _documented()[offence.code] == offence.close_code


def test_nothing_is_documented_that_there_is_not() -> None:
    ours = {"internal-error", StorageUnavailable.code}
    assert set(_documented()) == {each.code for each in OFFENCES} | ours
