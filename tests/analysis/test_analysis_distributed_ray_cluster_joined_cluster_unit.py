"""analysis.distributed.ray_cluster.joined_cluster: what it says where there is no cluster."""

import importlib
import subprocess
import sys
from typing import Any

import pytest

from analysis.distributed.ray_cluster import cluster_cpus, joined_cluster
from analysis.errors import PoolUnavailable
from tests.servers import ROOT
from tests.sharing import free_ports


@pytest.mark.parametrize("address", ["", "host", "host:port", "ray://host:1", "127.0.0.1:99999"])
def test_refuses_what_is_no_address(address: str) -> None:
    with pytest.raises(PoolUnavailable, match=f"expected host:port or local, got '{address}'"):
        with joined_cluster(address):
            pytest.fail("there is no cluster")


def test_says_at_once_that_nobody_answers() -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    with pytest.raises(PoolUnavailable, match=f"--ray {address}: nobody answers there"):
        with joined_cluster(address):
            pytest.fail("there is no cluster")


def test_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = importlib.import_module

    def without_ray(name: str, package: str | None = None) -> Any:
        if name == "ray":
            raise ModuleNotFoundError("No module named 'ray'")
        return plain(name, package)

    monkeypatch.setattr(importlib, "import_module", without_ray)
    with pytest.raises(PoolUnavailable, match=r"pip install 'fashionsite\[distributed\]'"):
        with joined_cluster("local"):
            pytest.fail("there is no Ray")


def test_nothing_of_ray_is_loaded_unless_it_is_asked_for() -> None:
    program = (
        "import sys, django; django.setup(); "
        "from analysis.management.commands import analyze, reanalyze; "
        "sys.exit('ray' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "fashionsite.settings", "PATH": "/usr/bin"},
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0


def test_a_cluster_has_a_cpu_at_least() -> None:
    class _Ray:
        @staticmethod
        def cluster_resources() -> dict[str, float]:
            """As of a head that is to run nothing."""
            return {"memory": 1.0}

    assert cluster_cpus(_Ray) == 1
