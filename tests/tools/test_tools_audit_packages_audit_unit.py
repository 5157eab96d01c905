"""tools.audit_packages.audit, with a pip-audit that is none."""

from pathlib import Path

import pytest

from tests.tools.fake_pip_audit import BAD, GOOD, UNKNOWN, UNREACHABLE, fake_pip_audit
from tools.audit_packages import Audit, AuditFailed, ServiceUnreachable, audit


def test_tells_what_is_vulnerable_and_what_is_not_known(tmp_path: Path) -> None:
    command, requirements = fake_pip_audit(
        tmp_path,
        answer={"dependencies": [GOOD, BAD, UNKNOWN], "fixes": []},
        said="Found 2 known vulnerabilities in 1 package",
        code=1,
    )
    assert audit(requirements, command) == Audit(
        vulnerable=("bad 2: GHSA-1, fixed in 2.1, 3", "bad 2: PYSEC-2, fixed in no version yet"),
        unknown=("ours",),
        checked=2,
    )


def test_a_service_out_of_reach_is_told_apart(tmp_path: Path) -> None:
    command, requirements = fake_pip_audit(tmp_path, said=UNREACHABLE, code=1)
    with pytest.raises(ServiceUnreachable, match="Failed to resolve 'pypi.org'"):
        audit(requirements, command)


def test_a_service_that_does_not_answer_is_out_of_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.audit_packages.TIMEOUT_S", 0.01)
    command, requirements = fake_pip_audit(tmp_path)
    with pytest.raises(ServiceUnreachable, match="no answer within 0.01 s"):
        audit(requirements, command)


@pytest.mark.parametrize(
    ("said", "code", "message"),
    [
        pytest.param("ERROR:pip_audit: requirement is malformed\n", 1, "malformed", id="its error"),
        pytest.param("usage\nerror: unrecognized option", 2, "unrecognized", id="another option"),
        pytest.param("", 3, "exit code 3", id="nothing said"),
        # No answer is no good answer.
        pytest.param("", 0, "exit code 0", id="no answer"),
    ],
)
def test_any_other_failure_is_one(tmp_path: Path, said: str, code: int, message: str) -> None:
    command, requirements = fake_pip_audit(tmp_path, said=said, code=code)
    with pytest.raises(AuditFailed, match=message) as failed:
        audit(requirements, command)
    assert not isinstance(failed.value, ServiceUnreachable)
