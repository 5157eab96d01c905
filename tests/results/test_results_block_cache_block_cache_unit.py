"""results.block_cache.BlockCache."""

from uuid import uuid4

from results.block_cache import BlockCache

ONE, OTHER = uuid4(), uuid4()


def test_gives_back_what_was_kept_of_the_same_session_and_number_only() -> None:
    cache = BlockCache()
    cache.keep(ONE, 0, b"rows")
    assert cache.get(ONE, 0) == b"rows"
    assert cache.get(ONE, 1) is None and cache.get(OTHER, 0) is None


def test_leaves_out_what_was_not_used_for_longest() -> None:
    cache = BlockCache(max_bytes=8)
    cache.keep(ONE, 0, b"aaaa")
    cache.keep(ONE, 1, b"bbbb")
    assert cache.get(ONE, 0) is not None
    cache.keep(ONE, 2, b"cccc")
    assert [cache.get(ONE, number) for number in range(3)] == [b"aaaa", None, b"cccc"]


def test_keeping_the_same_again_takes_no_more_room() -> None:
    cache = BlockCache(max_bytes=8)
    cache.keep(ONE, 0, b"aaaa")
    cache.keep(ONE, 1, b"bbbb")
    cache.keep(ONE, 1, b"bbbb")
    assert cache.get(ONE, 0) == b"aaaa"


def test_keeps_nothing_that_is_larger_than_all_of_it() -> None:
    cache = BlockCache(max_bytes=3)
    cache.keep(ONE, 0, b"aaaa")
    assert cache.get(ONE, 0) is None
    cache.keep(ONE, 1, b"bbb")
    assert cache.get(ONE, 1) == b"bbb"


def test_forgets_all_when_cleared() -> None:
    cache = BlockCache(max_bytes=4)
    cache.keep(ONE, 0, b"aaaa")
    cache.clear()
    assert cache.get(ONE, 0) is None
    cache.keep(ONE, 1, b"bbbb")
    assert cache.get(ONE, 1) == b"bbbb"
