"""One session by the code of `analyze`, and what is told of it."""

import numpy as np

from bench.client import INSTANT, Order, analyse
from tests.servers import CLASS_NAMES, RunningServer


def _order(server: RunningServer, *, keeps: bool) -> Order:
    return Order(
        server=server.ws_url, classifier=INSTANT, class_names=CLASS_NAMES, count=200, keeps=keeps
    )


def test_accounts_for_every_frame(stream_server: RunningServer) -> None:
    account = analyse(_order(stream_server, keeps=True))
    assert account.stored == sum(account.batch_rows) == 200
    assert account.verified
    assert 0 < account.seconds < 60 and account.report_seconds > 0
    assert account.fps == 200 / account.seconds
    assert account.results_ns.shape == account.latencies_ms.shape == (200,)
    assert (np.diff(account.results_ns) >= 0).all() and (account.latencies_ms > 0).all()


def test_keeps_nothing_where_memory_is_measured(stream_server: RunningServer) -> None:
    account = analyse(_order(stream_server, keeps=False))
    assert account.stored == 200
    assert len(account.results_ns) == len(account.latencies_ms) == 0
