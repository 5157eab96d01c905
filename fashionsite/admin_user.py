"""The first admin user: made once, its password in a file that only its owner can read."""

import logging
import secrets
from pathlib import Path

from django.contrib.auth import get_user_model

logger = logging.getLogger(__name__)

ADMIN_NAME = "admin"


def ensure_admin_user(password_file: Path) -> bool:
    """Make a superuser where there is none.

    The password goes to ``password_file`` (mode 0600) and nowhere else; the log says where.

    Returns:
        Whether one was made.
    """
    users = get_user_model()
    if users.objects.filter(is_superuser=True).exists():
        return False
    password = secrets.token_urlsafe(18)
    password_file.unlink(missing_ok=True)
    password_file.touch(mode=0o600)
    password_file.write_text(f"{password}\n", encoding="ascii")
    users.objects.create_superuser(username=ADMIN_NAME, email="", password=password)
    logger.info("admin user %r made; its password is in %s", ADMIN_NAME, password_file)
    return True
