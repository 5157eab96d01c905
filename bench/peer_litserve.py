"""``python -m bench.peer_litserve PORT``: the default classifier behind LitServe, with batches."""

import importlib
import sys
from typing import Annotated, Any

from analysis.classifiers import DEFAULT_CLASSIFIER, load
from analysis.classifiers.interface import ImageClassifier
from bench.peer_servers import BATCH_WAIT_S, HOST, MAX_BATCH, PATH, classify_bodies

# Of the extra `peers`. In the module's own scope, as its worker's process loads the class by name.
litserve: Any = importlib.import_module("litserve")
Body: Any = importlib.import_module("fastapi").Body


class Fashion(litserve.LitAPI):  # type: ignore[misc]  # known only where it is installed
    """One worker's part: decode, batch, predict, unbatch, encode."""

    classifier: ImageClassifier

    def setup(self, device: str) -> None:
        """Called once, in the worker's process."""
        del device
        self.classifier = load(DEFAULT_CLASSIFIER, threads=1)

    def decode_request(
        self, request: Annotated[bytes, Body(media_type="application/octet-stream")]
    ) -> bytes:
        """The pixels as they came, which costs least."""
        return request

    def batch(self, inputs: list[bytes]) -> list[bytes]:
        """As they are: pictures are put together where they are classified."""
        return inputs

    def predict(self, bodies: list[bytes]) -> list[list[list[float]]]:
        """All of a batch."""
        return classify_bodies(self.classifier, bodies)

    def unbatch(self, output: list[list[list[float]]]) -> list[list[list[float]]]:
        """One answer a request."""
        return output

    def encode_response(self, output: list[list[float]]) -> dict[str, Any]:
        """As JSON."""
        return {"probabilities": output}


def main() -> None:
    """Serve until a signal."""
    server = litserve.LitServer(
        Fashion(max_batch_size=MAX_BATCH, batch_timeout=BATCH_WAIT_S, api_path=PATH),
        accelerator="cpu",
        workers_per_device=1,
    )
    server.run(host=HOST, port=int(sys.argv[1]), generate_client_file=False, log_level="warning")


if __name__ == "__main__":
    main()
