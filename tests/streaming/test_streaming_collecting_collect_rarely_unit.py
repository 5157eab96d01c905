"""streaming.collecting.collect_rarely."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from streaming.collecting import MIDDLE_LOOKS, YOUNG_LOOKS, YOUNG_OBJECTS, collect_rarely


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_leaves_out_what_was_loaded_and_looks_more_rarely() -> None:
    usual = gc.get_threshold()
    collect_rarely()
    assert gc.get_freeze_count() > 1000
    assert gc.get_threshold() == (YOUNG_OBJECTS, YOUNG_LOOKS, MIDDLE_LOOKS)
    assert YOUNG_OBJECTS > usual[0]


def test_garbage_still_goes() -> None:
    collect_rarely()

    class Ring:
        """Hangs on itself."""

        def __init__(self) -> None:
            self.itself = self

    gone = weakref.ref(Ring())
    gc.collect()
    assert gone() is None
