"""Two processes train the same recipe to one and the same network."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from pathlib import Path
import torch
from analysis.classifiers.architectures import Normalise
from analysis.training.loop import Watch, train
from analysis.training.processes import joined_processes
from analysis.training.runs import new_network
from tests.analysis.tiny_models import TINY_RECIPE, stripes

part, kept = stripes(96), []
with joined_processes(torch.device("cpu")) as (processes, device):
    train(
        new_network(TINY_RECIPE, part, seed=0),
        TINY_RECIPE,
        part,
        validation=stripes(30, seed=1),
        normalise=Normalise((0.2,), (0.2,)),
        seed=0,
        watch=Watch(on_checkpoint=kept.append),
        processes=processes,
    )
tensors = {name: value.tolist() for name, value in kept[-1].tensors.items()}
last = kept[-1].reports[-1]
text = repr((processes.count, last.loss, last.accuracy, last.validation_accuracy, tensors))
Path(sys.argv[1], str(processes.rank)).write_text(text)
"""


def test_two_processes_end_with_the_same_weights(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "fashionsite.settings",
        "OMP_NUM_THREADS": "1",
    }
    subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node", "2", str(program), str(tmp_path)),
        ],
        env=environment,
        cwd=ROOT,
        check=True,
        timeout=120,
        capture_output=True,
    )
    first, second = ((tmp_path / rank).read_text() for rank in "01")
    assert first == second and first.startswith("(2, ")
    assert pytest.approx(1.0, abs=0.7) == float(first.split(", ")[1])
