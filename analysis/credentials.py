"""The token that a client shows a server: from the environment, or better from a file."""

import logging
import re
import stat
from pathlib import Path

from analysis.errors import InvalidToken

logger = logging.getLogger(__name__)

# What an Authorization header may carry (RFC 9110, token68); nothing that would end the header.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_MAX_CHARS = 4096


def read_token(text: str, file: Path | None) -> str:
    """The token, or an empty text where there is none.

    Args:
        text: ``FASHIONSITE_TOKEN``, which goes first.
        file: ``FASHIONSITE_TOKEN_FILE``.

    Raises:
        InvalidToken: the file cannot be read, or there is no token in what was given.
    """
    source = "FASHIONSITE_TOKEN"
    if not text and file is not None:
        source = f"FASHIONSITE_TOKEN_FILE, {file},"
        text = _content(file)
    text = text.strip()
    if not text and file is None:
        return ""
    if not _TOKEN.fullmatch(text) or len(text) > _MAX_CHARS:
        raise InvalidToken(f"{source} must hold a token and nothing else")
    return text


def _content(file: Path) -> str:
    try:
        if file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            logger.warning("others may read the token in %s; chmod 600 keeps it yours", file)
        with file.open(encoding="ascii", errors="replace") as opened:
            return opened.read(_MAX_CHARS + 2)
    except OSError as error:
        raise InvalidToken(
            f"FASHIONSITE_TOKEN_FILE must be a file that can be read, got {file}: {error.strerror}"
        ) from error
