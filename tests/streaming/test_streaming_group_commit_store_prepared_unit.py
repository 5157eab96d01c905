"""streaming.group_commit.store_prepared."""

import pytest

from results.services import Delivery, StoredBatch
from streaming.errors import DatasetCorrupt
from streaming.group_commit import store_prepared
from tests.results.conftest import make_batch, make_session

pytestmark = pytest.mark.django_db


def test_one_that_cannot_be_made_harms_none_of_the_others() -> None:
    sessions = [make_session() for _ in range(2)]

    def fail() -> Delivery:
        raise DatasetCorrupt("the labels are gone")

    one, broken, other = store_prepared(
        [
            lambda: Delivery(sessions[0].uuid, make_batch(2)),
            fail,
            lambda: Delivery(sessions[1].uuid, make_batch(3)),
        ]
    )
    assert one == StoredBatch(stored=2, repeated=0, total=2)
    assert isinstance(broken, DatasetCorrupt)
    assert other == StoredBatch(stored=3, repeated=0, total=3)
    assert [type(each) for each in store_prepared([fail])] == [DatasetCorrupt]
