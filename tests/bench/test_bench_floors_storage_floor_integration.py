"""The rows of a session once more, by the bare database."""

from pathlib import Path

import pytest

from bench.client import INSTANT, Order, analyse
from bench.floors import storage_floor
from bench.hosts import ENGINES, EngineUnavailable, own_database
from tests.servers import CLASS_NAMES, running_server


@pytest.mark.parametrize("engine", ENGINES)
def test_inserts_what_the_stream_stored_and_removes_it(tmp_path: Path, engine: str) -> None:
    try:
        with own_database(engine, tmp_path) as settings:
            _insert_twice(tmp_path / "server", settings["DATABASE_URL"])
    except EngineUnavailable as error:
        pytest.skip(str(error))


def _insert_twice(folder: Path, url: str) -> None:
    with running_server(folder, settings={"DATABASE_URL": url}) as server:
        order = Order(server=server.ws_url, classifier=INSTANT, class_names=CLASS_NAMES, count=300)
        account = analyse(order)
        # Twice: were anything left of the first time, the second would break the unique key.
        rates = [storage_floor(url, account.session, account.batch_rows) for _ in range(2)]
    assert min(rates) > 1
