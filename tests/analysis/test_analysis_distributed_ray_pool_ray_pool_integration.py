"""analysis.distributed.ray_pool.ray_pool: two Ray nodes on this machine, one killed in mid-run."""

import importlib
import json
import logging
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from analysis.classifiers.packages import WEIGHTS_FILE, load
from analysis.distributed.ray_cluster import import_ray
from analysis.distributed.ray_pool import ray_pool
from analysis.errors import InvalidWeights
from results.batches import PredictionBatch
from tests.analysis.fake_server import FakeServer
from tests.analysis.tiny_models import noise, tiny_package

OBJECT_STORE_BYTES = 100 * 1024**2
FRAMES = 3000


class _Nodes:
    """A head and a second node, each with one CPU."""

    def __init__(self, cluster: Any) -> None:
        self.cluster = cluster
        self.second: Any = None
        self.add()

    @property
    def address(self) -> str:
        """What ``--ray`` takes."""
        address: str = self.cluster.address
        return address

    def add(self) -> None:
        """Have a second node, if it was killed."""
        if self.second is None:
            self.second = self.cluster.add_node(num_cpus=1, object_store_memory=OBJECT_STORE_BYTES)

    def kill_second(self) -> None:
        """End all of its processes, without a word to anybody."""
        node, self.second = self.second, None
        raylet = node.all_processes["raylet"][0].process.pid
        workers = Path(f"/proc/{raylet}/task/{raylet}/children").read_text("ascii").split()
        self.cluster.remove_node(node, allow_graceful=False)
        # By themselves they would notice that only when they look again, and answer until then.
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(int(worker), signal.SIGKILL)


@pytest.fixture(name="nodes", scope="module")
def fixture_nodes() -> Iterator[_Nodes]:
    """A cluster for all of these tests, as starting one takes seconds."""
    import_ray()  # tells it to report nothing, before its other modules are loaded
    cluster_utils: Any = importlib.import_module("ray.cluster_utils")

    cluster = cluster_utils.Cluster(
        initialize_head=True,
        head_node_args={
            "num_cpus": 1,
            "object_store_memory": OBJECT_STORE_BYTES,
            "include_dashboard": False,
            # Ray's workers make way for all else, and beside other tests would hardly ever begin.
            "_system_config": {"worker_niceness": 0},
        },
    )
    try:
        yield _Nodes(cluster)
    finally:
        cluster.shutdown()


@pytest.fixture(name="models_dir")
def fixture_models_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One package, ``tiny``, in the folder that the settings name."""
    folder = tmp_path / "models"
    tiny_package(folder)
    monkeypatch.setattr(settings, "MODELS_DIR", folder)
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path / "var")
    return folder


def test_a_session_loses_nothing_though_a_node_is_killed(
    nodes: _Nodes, models_dir: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nodes.add()
    expected = load("tiny", models_dir=models_dir)
    server = FakeServer(FRAMES, batch=16)
    stored: list[int] = []
    plain = server.ack

    def ack(number: int, batch: PredictionBatch) -> Any:
        stored.extend(batch.sequences.tolist())
        if number == 0:
            nodes.kill_second()
        return plain(number, batch)

    server.ack = ack
    report = tmp_path / "report.json"
    with server.running(), caplog.at_level(logging.INFO):
        call_command(
            *("analyze", "--classifier=tiny", f"--server={server.address}", f"--json={report}"),
            *(f"--ray={nodes.address}", "--workers=2", "--batch=32", "--queue=64"),
        )
    assert stored == list(range(FRAMES))
    assert json.loads(report.read_text("utf-8"))["ledger"]["stored"] == FRAMES
    assert "is gone, another takes its place" in caplog.text
    # The same classifier as here, by whichever worker.
    sample = server.reports[0]["samples"][0]
    assert sample["class_name"] in expected.card.class_names


def test_pictures_get_their_own_answers_where_the_folder_is_not(
    nodes: _Nodes, models_dir: Path
) -> None:
    nodes.add()
    images = noise(300)
    expected = load("tiny", models_dir=models_dir).predict(images)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with ray_pool(models_dir / "tiny", address=nodes.address, workers=2) as pool:
        shutil.rmtree(models_dir)
        assert pool.sustained_rate(seconds=0.05).images_per_second > 0
        found = [pool.predict(images[start : start + 100]) for start in (0, 100, 200)]
    assert np.allclose(np.concatenate(found), expected, atol=0.02)
    assert handlers == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]


def test_says_that_a_worker_cannot_load_the_package(nodes: _Nodes, models_dir: Path) -> None:
    (models_dir / "tiny" / WEIGHTS_FILE).write_bytes(b"corrupt")
    with pytest.raises(InvalidWeights, match="expected SHA-256"):
        with ray_pool(models_dir / "tiny", address=nodes.address, workers=1):
            pytest.fail("nothing can be loaded")


@pytest.mark.usefixtures("models_dir")
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param(["--workers=2"], "--workers is for --ray", id="workers alone"),
        pytest.param(["--follow", "--ray=local"], "not --ray", id="following"),
        pytest.param(["--ray=nowhere"], "expected host:port or local", id="no address"),
    ],
)
def test_the_command_refuses_what_cannot_be(options: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("analyze", "--classifier=tiny", *options)
