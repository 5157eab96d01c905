"""Dataset pickles between processes: a million frames in flat memory, and the reference page."""

import json
import re
import subprocess
import sys
from pathlib import Path

from streaming.datasets.headers import MAX_CHUNK_BYTES, MAX_SIDE
from streaming.datasets.pickles import CHUNK_OVERHEAD_BYTES, MAX_HEADER_BYTES, DatasetReader
from streaming.datasets.records import MAX_OPCODES, STRUCTURE_OPCODES, VALUE_OPCODES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "dataset-pickle.md").read_text(encoding="utf-8")

LIMIT_MB = 200

# Not getrusage: across fork and exec, its maximum keeps what the parent had.
REPORT = """
import json, re, sys
status = Path("/proc/self/status").read_text()
peak_mb = int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) / 1000
sys.stdout.write(json.dumps({"frames": frames, "peak_mb": peak_mb}))
"""

WRITE = """
import itertools, sys
from pathlib import Path
import numpy as np
from streaming.datasets.pickles import DatasetHeader, write_dataset
frames = 1_000_000
names = tuple("abcdefghij")
header = DatasetHeader("pattern", "test", 0, frames, 28, 28, 1, names, True)
images = np.arange(784_000).astype(np.uint8).reshape(1000, 28, 28)
labels = (np.arange(1000) % 10).astype(np.uint8)
write_dataset(Path(sys.argv[1]), header, itertools.repeat((images, labels), 1000))
"""

STREAM = """
import sys
from pathlib import Path
from streaming.datasets.pickles import DatasetReader
reader = DatasetReader.open(Path(sys.argv[1]))
frames = sum(len(reader.read(first, 16)) for first in range(0, reader.header.count, 16))
"""


def _run(script: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-c", script + REPORT, str(path)]
    done = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def test_writes_and_streams_a_million_frames_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "million.pickle"
    try:
        written = _run(WRITE, path)
        assert path.stat().st_size > 784_000_000
        streamed = _run(STREAM, path)
    finally:
        # pytest keeps its folders for a while; this is too large for that.
        path.unlink(missing_ok=True)
    assert written["peak_mb"] < LIMIT_MB
    assert streamed["peak_mb"] < LIMIT_MB
    assert streamed["frames"] == 1_000_000


def test_reads_what_the_example_of_the_reference_page_writes(tmp_path: Path) -> None:
    example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    subprocess.run([sys.executable, "-c", example[1]], cwd=tmp_path, check=True, timeout=60)
    with DatasetReader.open(tmp_path / "shapes.pickle") as reader:
        assert reader.header.class_names == ("dark", "light")
        assert reader.read(1, 2).tolist() == [[[255, 255], [255, 255]], [[9, 9], [9, 9]]]
        labels = reader.labels(0, 3)
    assert labels is not None and labels.tolist() == [0, 1, 0]


def test_keeps_to_the_limits_and_opcodes_of_the_reference_page() -> None:
    section = PAGE.partition("## Opcodes")[2].partition("## Writing")[0]
    documented = set(re.findall(r"`([A-Z0-9_]+)`", section))
    assert documented == VALUE_OPCODES | STRUCTURE_OPCODES
    for limit in (MAX_CHUNK_BYTES, MAX_SIDE, MAX_HEADER_BYTES, CHUNK_OVERHEAD_BYTES, MAX_OPCODES):
        assert f"{limit:,}" in PAGE
