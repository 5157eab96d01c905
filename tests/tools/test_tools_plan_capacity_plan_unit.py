"""tools.plan_capacity.plan."""

import pytest

from tools.plan_capacity import Measured, Wanted, plan

MEASURED = Measured(
    sessions=100,
    fps=10,
    cores=0.5,
    process_mb=50,
    session_kb=100,
    row_bytes=200,
    rows_a_second=4000,
)


def test_works_out_what_the_cameras_need() -> None:
    found = plan(MEASURED, Wanted(cameras=1000, fps=5, retention_days=10, headroom=0.5))
    # 5,000 frames a second; 500 a process; and one that may fail.
    assert found.frames_a_second == 5000
    assert (found.processes, found.cores) == (11, 5.5)
    assert found.memory_gb == pytest.approx((11 * 50 + 1000 * 0.1) / 1000)
    assert found.rows_a_day == 5000 * 86_400
    assert found.gb_a_day == pytest.approx(86.4)
    assert found.kept_tb == pytest.approx(0.864)
    assert found.databases == 3
    assert found.out_mbit == pytest.approx(5000 * (894 + 148) * 8 / 1e6)
    assert found.in_mbit == pytest.approx(5000 * 150 * 8 / 1e6)


def test_a_process_that_is_full_to_the_brim_takes_no_camera_more() -> None:
    def processes(cameras: int) -> int:
        return plan(MEASURED, Wanted(cameras=cameras, fps=10, headroom=1.0)).processes

    assert (processes(100), processes(101)) == (2, 3)
