"""Every operation of the REST API, asked whatever its schema allows and much that it does not."""

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.faults.api import AnyCase, api_schema, operations_of, requests_of, store_sessions
from tests.faults.figures import Figures
from tests.faults.scale import scaled
from tests.servers import running_server

# Of each operation, and of each kind: by its schema, and against it.
REQUESTS = scaled(10, 400)
# Which classifier and how many frames can be asked for depends on what is served, which no schema
# says.
DEPENDS_ON_WHAT_IS_SERVED = "POST /api/sessions/"


def _asking(label: str, figures: Figures) -> Callable[[AnyCase], None]:
    # On loopback reading is open, whatever sign-in a request claims.
    excluded = [ignored_auth]
    if label == DEPENDS_ON_WHAT_IS_SERVED:
        excluded.append(positive_data_acceptance)

    def ask(case: AnyCase) -> None:
        figures.add("api_requests", 1)
        case.call_and_validate(excluded_checks=excluded)

    return ask


def test_every_answer_is_of_the_schema_and_none_is_a_server_error(
    tmp_path: Path, figures: Figures
) -> None:
    often = settings(
        max_examples=REQUESTS,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    with running_server(tmp_path) as server:
        ids = store_sessions(server)
        operations = operations_of(api_schema(server))
        assert len(operations) >= 13
        for operation in operations:
            for mode in GenerationMode:
                requests = requests_of(operation, mode, ids)
                often(given(requests)(_asking(operation.label, figures)))()
    assert "Traceback" not in server.log
