"""The REST API as schemathesis sees it, and stored sessions to ask about."""

from collections.abc import Sequence
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema

from tests.servers import RunningServer
from tests.streaming.peers import (
    attached,
    open_session,
    predictions_of,
    report_of,
    run_stream,
    session_socket,
)

FRAMES = 60
AnyCase = Case[Any]
AnyOperation = APIOperation[Any, Any, Any, Any]


def store_sessions(server: RunningServer) -> list[str]:
    """Run two sessions, one with a report and one without, and open a third; their ids."""
    ids = []
    for with_report in (True, False):
        with session_socket(server) as session:
            opened = open_session(session, count=FRAMES)
            with attached(server, opened) as frames:
                stream = run_stream(session, frames, opened)
            if with_report:
                session.say("submit", report=report_of(opened, stream))
            else:
                session.predict(predictions_of([0]))
                session.say("done")
            assert session.hear("accepted")["verified"] == with_report
            ids.append(opened["session"])
    with session_socket(server) as session:
        ids.append(open_session(session, count=FRAMES)["session"])
    return ids


def api_schema(server: RunningServer) -> BaseSchema:
    """What `/api/schema/` promises, to be tried against the server that serves it."""
    return schemathesis.openapi.from_url(f"{server.http_url}/api/schema/?format=json")


def operations_of(schema: BaseSchema) -> list[AnyOperation]:
    """Every operation of a schema.

    Raises:
        AssertionError: one that is not valid OpenAPI.
    """
    found = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result.err()
        found.append(result.ok())
    return found


def requests_of(
    operation: AnyOperation, mode: GenerationMode, ids: Sequence[str]
) -> st.SearchStrategy[AnyCase]:
    """Requests of an operation, by its schema or against it; half of the valid ones about ``ids``.

    Args:
        ids: Sessions that there are, of ``FRAMES`` frames.
    """

    def aim(case: AnyCase, drawn: int) -> AnyCase:
        if "uuid" in case.path_parameters and drawn < len(ids):
            case.path_parameters["uuid"] = ids[drawn]
            for number in ("position", "sequence"):
                if number in case.path_parameters:
                    case.path_parameters[number] %= 2 * FRAMES
        return case

    cases: st.SearchStrategy[AnyCase] = operation.as_strategy(generation_mode=mode)
    if mode is GenerationMode.NEGATIVE:
        return cases
    return st.builds(aim, cases, st.integers(0, 2 * len(ids) - 1))
