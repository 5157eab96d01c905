"""Whether the server lives, and whether it can do its work, for those who watch over it."""

import asyncio
import logging
import threading
from typing import Any

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from streaming.context import StreamContext

logger = logging.getLogger(__name__)

LAYER_ANSWERS_WITHIN_S = 2.0
OK = "ok"
# Nobody takes a migration back under a running server, and looking takes a while.
_found_complete = threading.Event()


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 where the database answers, 503 where it does not."""
    del request
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no-database"}, status=503)
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
async def ready(request: HttpRequest) -> JsonResponse:
    """200 where this process can take clients; 503 with the part that is not ready.

    Each part is ``ok`` or one of a few fixed words, so that nothing is told to strangers.
    """
    database, migrations = await sync_to_async(_database_parts)()
    parts = {
        "database": database,
        "migrations": migrations,
        "channel_layer": await channel_layer_part(),
        "dataset": dataset_part(_context_of(request)),
    }
    is_ready = all(part == OK for part in parts.values())
    status = "ready" if is_ready else "not-ready"
    return JsonResponse({"status": status, **parts}, status=200 if is_ready else 503)


async def channel_layer_part(within_s: float = LAYER_ANSWERS_WITHIN_S) -> str:
    """``ok`` where a message to this process comes back, else ``unreachable``."""
    layer: Any = get_channel_layer()
    try:
        async with asyncio.timeout(within_s):
            channel = await layer.new_channel()
            await layer.send(channel, {"type": "ready"})
            await layer.receive(channel)
    except Exception as error:  # pylint: disable=broad-exception-caught  # each layer has its own
        logger.warning("not ready, the channel layer: %s", str(error) or type(error).__name__)
        return "unreachable"
    return OK


def dataset_part(context: StreamContext | None) -> str:
    """``ok``, ``not-served``, ``missing`` where the file is gone, or ``ending`` with its server."""
    if context is None:
        return "not-served"
    if context.ending.is_set():
        return "ending"
    return OK if context.dataset.path.is_file() else "missing"


def _database_parts() -> tuple[str, str]:
    """Whether the database answers, and whether it has every table as the code expects them."""
    try:
        if _found_complete.is_set():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        elif not _is_migrated():
            return OK, "missing"
        _found_complete.set()
    except DatabaseError as error:
        logger.warning("not ready, the database: %s", error)
        return "unreachable", "unknown"
    return OK, OK


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _context_of(request: HttpRequest) -> StreamContext | None:
    """What the process serves, as :mod:`fashionsite.asgi` put it beside the request."""
    scope = getattr(request, "scope", {})
    context: StreamContext | None = scope.get("stream_context")
    return context
