"""Ask pip-audit whether a pinned package is known to be vulnerable.

Its service is on the internet. Where that cannot be reached nothing is known, which is said as a
warning and fails nothing: the same commit must not pass on one day and fail on the next for want
of a network. What the service does not know (a package of another index) is named alike.
"""

import json
import logging
import subprocess  # nosec B404  # without a shell
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

AUDIT = (sys.executable, "-m", "pip_audit")
TIMEOUT_S = 300
# What pip-audit or the libraries below it say of a network that is not there.
UNREACHABLE = (
    "ConnectionError",
    "Connection error",
    "Could not connect",
    "Failed to resolve",
    "Max retries exceeded",
    "Name or service not known",
    "Network is unreachable",
    "ProxyError",
    "ReadTimeout",
    "SSLError",
    "Temporary failure in name resolution",
    "timed out",
)


class AuditFailed(Exception):
    """pip-audit ended otherwise than with an answer; the message is what it said last."""


class ServiceUnreachable(AuditFailed):
    """pip-audit could not reach its service."""


@dataclass(frozen=True)
class Audit:
    """What came of it.

    Args:
        vulnerable: a line for each package with a known vulnerability.
        unknown: packages that the service does not know in that version.
        checked: how many it does know.
    """

    vulnerable: tuple[str, ...]
    unknown: tuple[str, ...]
    checked: int


def audit(requirements: Path, command: Sequence[str] = AUDIT) -> Audit:
    """What is known of the packages pinned in a file.

    Args:
        requirements: as pip-compile writes it.
        command: how pip-audit is called.

    Raises:
        ServiceUnreachable: its service did not answer.
        AuditFailed: it ended otherwise than with an answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        options = [
            *(f"--requirement={requirements}", "--no-deps", "--disable-pip"),
            *("--progress-spinner=off", "--format=json", f"--output={answer}"),
        ]
        try:
            ended = subprocess.run(  # nosec B603  # our own interpreter, and a file of this project
                [*command, *options],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ServiceUnreachable(f"no answer within {TIMEOUT_S} s") from error
        # It ends with 1 after finding something as well as after failing.
        if ended.returncode in (0, 1) and answer.is_file() and answer.stat().st_size:
            return _read(answer)
    said = (ended.stderr or ended.stdout).strip()
    last = said.splitlines()[-1] if said else f"exit code {ended.returncode}"
    kind = ServiceUnreachable if any(sign in said for sign in UNREACHABLE) else AuditFailed
    raise kind(last[:500])


def _read(answer: Path) -> Audit:
    packages = json.loads(answer.read_text(encoding="utf-8"))["dependencies"]
    known = [package for package in packages if "skip_reason" not in package]
    return Audit(
        vulnerable=tuple(
            f"{package['name']} {package['version']}: {vulnerability['id']}, fixed in "
            f"{', '.join(vulnerability['fix_versions']) or 'no version yet'}"
            for package in known
            for vulnerability in package["vulns"]
        ),
        unknown=tuple(package["name"] for package in packages if "skip_reason" in package),
        checked=len(known),
    )


def main(requirements: Path, command: Sequence[str] = AUDIT) -> int:
    """Log what is known; 1 where a package is vulnerable or the audit failed, else 0."""
    try:
        found = audit(requirements, command)
    except ServiceUnreachable as error:
        logger.warning("packages were not audited, the service cannot be reached: %s", error)
        return 0
    except AuditFailed as error:
        logger.error("packages could not be audited: %s", error)
        return 1
    for line in found.vulnerable:
        logger.error("vulnerable: %s", line)
    if found.unknown and not found.checked:
        logger.warning("packages were not audited, the service knows none of them")
    elif found.unknown:
        logger.warning("not audited, as the service does not know it: %s", ", ".join(found.unknown))
    if found.checked and not found.vulnerable:
        logger.info("%d packages have no known vulnerability", found.checked)
    return 1 if found.vulnerable else 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main(Path(sys.argv[1])))
