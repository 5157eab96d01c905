"""Ending, from time to time, the sessions that nobody comes back for."""

import asyncio
import logging
from datetime import timedelta

from results import services
from results.doorbell import REQUESTS_GROUP, ring, ring_session
from streaming.database import in_housekeeping
from streaming.errors import StorageUnavailable

logger = logging.getLogger(__name__)

LONGEST_PAUSE_S = 30.0


def pause_between_looks_s(expire_after_s: float) -> float:
    """How long to wait between looks for sessions that expire after so long."""
    return min(LONGEST_PAUSE_S, expire_after_s / 4)


async def keep_expiring(expire_after_s: float) -> None:
    """Fail sessions without a sign of life for so long, until cancelled; pack what has ended,
    and look at how streams drift.

    The first look comes after a pause: the clients of a server that was away for long shall find
    it before it judges them.
    """
    while True:
        await asyncio.sleep(pause_between_looks_s(expire_after_s))
        try:
            handed_back = await in_housekeeping(services.hand_back_sessions)
            expired = await in_housekeeping(
                services.expire_sessions, older_than=timedelta(seconds=expire_after_s)
            )
            await in_housekeeping(services.seal_blocks)
            await in_housekeeping(services.look_at_drift)
            await in_housekeeping(services.drop_pulses)
        except StorageUnavailable as error:
            logger.warning("expired sessions were not looked for, %s", error)
            continue
        except Exception:  # pylint: disable=broad-exception-caught  # a task's end is seen by none
            logger.exception("looking for expired sessions failed")
            continue
        for session_uuid in expired:
            logger.warning("session %s: expired", session_uuid)
            await ring_session(session_uuid)
        for session_uuid in handed_back:
            logger.warning("session %s: its worker is gone, waits for the next", session_uuid)
            await ring_session(session_uuid)
        if handed_back:
            await ring(REQUESTS_GROUP)
