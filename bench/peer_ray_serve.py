"""``python -m bench.peer_ray_serve PORT``: the default classifier behind Ray Serve, in batches."""

import importlib
import signal
import sys
import threading
from typing import Any

from analysis.classifiers import DEFAULT_CLASSIFIER, load
from analysis.distributed.ray_cluster import import_ray, joined_cluster
from bench.peer_servers import BATCH_WAIT_S, HOST, MAX_BATCH, PATH, classify_bodies

import_ray()
# Of the extra `peers`.
serve: Any = importlib.import_module("ray.serve")

_MOST_AT_ONCE = 1024


class Fashion:
    """One replica's part: a request each, classified in batches."""

    def __init__(self) -> None:
        self.classifier = load(DEFAULT_CLASSIFIER, threads=1)

    async def __call__(self, request: Any) -> dict[str, Any]:
        """One request."""
        return {"probabilities": await self.classify(await request.body())}

    @serve.batch(  # type: ignore[untyped-decorator]  # known only where it is installed
        max_batch_size=MAX_BATCH, batch_wait_timeout_s=BATCH_WAIT_S
    )
    async def classify(self, bodies: list[bytes]) -> list[list[list[float]]]:
        """All of a batch; called with one body at a time."""
        return classify_bodies(self.classifier, bodies)


def main() -> None:
    """Serve until a signal."""
    # In good order, so that Ray's own processes end as well.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    with joined_cluster("local", workers=2):
        serve.start(http_options={"host": HOST, "port": int(sys.argv[1])})
        deployment = serve.deployment(Fashion, max_ongoing_requests=_MOST_AT_ONCE)
        serve.run(deployment.bind(), route_prefix=PATH)
        threading.Event().wait()


if __name__ == "__main__":
    main()
