"""Every setting, read from the environment (and from ``.env``) in this one place.

All are optional; ``.env.example`` lists them. Nothing else reads ``os.environ``.
"""

import re
import secrets
import sys
from pathlib import Path
from typing import Any

import rich
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError, validate
from rich.highlighter import NullHighlighter

BASE_DIR = Path(__file__).resolve().parent.parent

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_ACCEPTED = {
    "DEBUG": "true or false",
    "LOG_LEVEL": f"one of {', '.join(LOG_LEVELS)}",
    "DATABASE_URL": "a URL such as postgres://user:password@127.0.0.1:5432/fashionsite",
    "CHANNEL_REDIS_URL": "a URL such as redis://127.0.0.1:6379/0",
}

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)


def _owner_only_secret(path: Path) -> str:
    """The secret kept in ``path``; made on first use, readable by its owner alone."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(50)
        try:
            # Exclusive creation: of two processes starting at once, one makes it, both use it.
            with path.open("x", encoding="ascii") as file:
                path.chmod(0o600)
                file.write(secret)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        return secret


def _sentence(error: Exception) -> str:
    """Which variable is wrong, what it must be, and what it is; passwords are left out."""
    named = re.search('"([A-Z_]+)"', str(error))
    if named is None or named[1] not in _ACCEPTED:
        return str(error)
    value = re.sub(r"(?<=:)[^:/@]*(?=@)", "***", env.str(named[1]))
    return f"{named[1]} must be {_ACCEPTED[named[1]]}, got {value!r}"


def _databases() -> dict[str, dict[str, Any]]:
    default: dict[str, Any] = dict(
        env.dj_db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
    )
    if default["ENGINE"] == "django.db.backends.sqlite3":
        # WAL lets pages read while a session writes; IMMEDIATE takes the write lock at the
        # start of a transaction, where busy_timeout is honoured, instead of failing in its
        # middle; FULL keeps what was acknowledged through a power loss.
        default["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    return {"default": default}


def _channel_layers() -> dict[str, dict[str, Any]]:
    if CHANNEL_REDIS_URL:
        return {
            "default": {
                "BACKEND": "channels_redis.core.RedisChannelLayer",
                "CONFIG": {"hosts": [CHANNEL_REDIS_URL]},
            }
        }
    return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


try:
    DEBUG = env.bool("DEBUG", default=False)
    VAR_DIR = env.path("FASHIONSITE_VAR_DIR", default=BASE_DIR / "var")
    MODELS_DIR = env.path("FASHIONSITE_MODELS_DIR", default=BASE_DIR / "models")
    FASHION_MNIST_DIR: Path | None = env.path("FASHION_MNIST_DIR", default=None)
    SECRET_KEY = env.str("SECRET_KEY", default="") or _owner_only_secret(VAR_DIR / "secret_key")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
    CHANNEL_REDIS_URL = env.str(
        "CHANNEL_REDIS_URL", default="", validate=validate.Regexp(r"((redis|rediss|unix)://.+)?$")
    )
    LOG_LEVEL = env.str(
        "LOG_LEVEL",
        default="INFO",
        validate=validate.OneOf(LOG_LEVELS),
    )
    DATABASES = _databases()
    VAR_DIR.mkdir(parents=True, exist_ok=True)
except (EnvError, ValueError) as error:
    raise ImproperlyConfigured(_sentence(error)) from error
except OSError as error:
    raise ImproperlyConfigured(
        f"FASHIONSITE_VAR_DIR must be a folder that can be written, got {str(VAR_DIR)!r}: "
        f"{error.strerror}"
    ) from error

CHANNEL_LAYERS = _channel_layers()

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "results",
    "streaming",
    "analysis",
    "fashionsite",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "fashionsite.urls"
# `runstream` makes the ASGI application with what it streams; see fashionsite/asgi.py.
ASGI_APPLICATION_FACTORY = "fashionsite.asgi.build_application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
# Served from each app's own folder, so that a fresh clone needs no collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
}

SPECTACULAR_SETTINGS = {
    "TITLE": "fashionsite",
    "DESCRIPTION": "Sessions of streamed pictures, what a classifier said about each, and reports.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# Where `results` gets the pixels of a streamed frame from, without importing `streaming`.
RESULTS_FRAME_SOURCE = "streaming.datasets.library.frame_pixels"

# Output goes to stderr, through the one rich console that progress bars share, so that a log
# line never tears a bar; plain lines where no terminal reads them.
rich.reconfigure(stderr=True)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "message": {"format": "%(message)s", "datefmt": "[%X]"},
    },
    "handlers": {
        "console": (
            {
                "class": "rich.logging.RichHandler",
                "formatter": "message",
                "show_path": False,
                "highlighter": NullHighlighter(),
            }
            if sys.stderr.isatty()
            else {"class": "logging.StreamHandler", "formatter": "plain"}
        ),
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
    },
}
