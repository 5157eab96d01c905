"""Every setting, read from the environment (and from ``.env``) in this one place.

All are optional; ``.env.example`` lists them. Nothing else reads ``os.environ``.
"""

import re
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import rich
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError, validate
from rich.highlighter import NullHighlighter

from access.deployment import network_problems

BASE_DIR = Path(__file__).resolve().parent.parent

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")
# Only this machine reaches the server, and everybody on it may do everything; or others do, who
# must say who they are.
ACCESS_MODES = ("local", "network")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_COUNT = "a whole number from 1 to 1000000"
_ACCEPTED = {
    "DEBUG": "true or false",
    "FASHIONSITE_ACCESS": f"one of {', '.join(ACCESS_MODES)}",
    "OPEN_READING": "true or false",
    "HTTPS": "true or false",
    "BEHIND_PROXY": "true or false",
    "MAX_CONNECTIONS": _COUNT,
    "MAX_SESSIONS": _COUNT,
    "SESSION_STARTS_PER_MINUTE": _COUNT,
    "REQUESTS_PER_MINUTE": _COUNT,
    "LOG_LEVEL": f"one of {', '.join(LOG_LEVELS)}",
    "LOG_FORMAT": f"one of {', '.join(LOG_FORMATS)}",
    "DATABASE_URL": "a URL such as postgres://user:password@127.0.0.1:5432/fashionsite",
    "CHANNEL_REDIS_URL": "a URL such as redis://127.0.0.1:6379/0",
}

_IS_COUNT = validate.Range(min=1, max=1_000_000)

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


def _checked_hosts(given: list[str]) -> list[str]:
    """The hosts that were given, none of which may stand for all."""
    if "*" in given:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name each host, since '*' lets any page of the web read from here"
        )
    return given


def _databases() -> dict[str, dict[str, Any]]:
    default: dict[str, Any] = dict(
        env.dj_db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
    )
    if default["ENGINE"] == "django.db.backends.sqlite3":
        # WAL lets pages read while a session writes; IMMEDIATE takes the write lock at the
        # start of a transaction, where busy_timeout is honoured, instead of failing in its
        # middle; FULL keeps what was acknowledged through a power loss. A transaction takes
        # milliseconds; where one waits for seconds, the sockets of a server say so and its
        # clients come back later, which beats all of them standing still.
        default["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    elif default["ENGINE"] == "django.db.backends.postgresql":
        # A database host that vanishes without a word is noticed within seconds, not hours.
        default["OPTIONS"] = {
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 15_000,
            **default.get("OPTIONS", {}),
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
    ACCESS = env.str("FASHIONSITE_ACCESS", default="local", validate=validate.OneOf(ACCESS_MODES))
    IS_NETWORK = ACCESS == "network"
    OPEN_READING = env.bool("OPEN_READING", default=False)
    # On this machine alone there is nobody to hide from.
    HTTPS = IS_NETWORK and env.bool("HTTPS", default=True)
    BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
    # A load test on this machine opens 2,000 streams; others need some for each client.
    MAX_CONNECTIONS = env.int(
        "MAX_CONNECTIONS", default=100 if IS_NETWORK else 2_200, validate=_IS_COUNT
    )
    MAX_SESSIONS = env.int("MAX_SESSIONS", default=100, validate=_IS_COUNT)
    SESSION_STARTS_PER_MINUTE = env.int(
        "SESSION_STARTS_PER_MINUTE", default=60 if IS_NETWORK else 6_000, validate=_IS_COUNT
    )
    # A live view asks for some ten pictures a second.
    REQUESTS_PER_MINUTE = env.int(
        "REQUESTS_PER_MINUTE", default=3_000 if IS_NETWORK else 60_000, validate=_IS_COUNT
    )
    # What `analyze` shows a server; a file is better, as others may see a process's environment.
    CLIENT_TOKEN = env.str("FASHIONSITE_TOKEN", default="")
    CLIENT_TOKEN_FILE: Path | None = env.path("FASHIONSITE_TOKEN_FILE", default=None)
    SECRET_KEY = env.str("SECRET_KEY", default="")
    ALLOWED_HOSTS = _checked_hosts(env.list("ALLOWED_HOSTS", default=[]))
    if IS_NETWORK:
        _problems = network_problems(
            allowed_hosts=ALLOWED_HOSTS,
            secret_key=SECRET_KEY,
            debug=DEBUG,
            https=HTTPS,
            behind_proxy=BEHIND_PROXY,
        )
        if _problems:
            raise ImproperlyConfigured("\n".join(_problems))
    SECRET_KEY = SECRET_KEY or _owner_only_secret(VAR_DIR / "secret_key")
    ALLOWED_HOSTS = ALLOWED_HOSTS or list(LOCAL_HOSTS)
    CHANNEL_REDIS_URL = env.str(
        "CHANNEL_REDIS_URL", default="", validate=validate.Regexp(r"((redis|rediss|unix)://.+)?$")
    )
    LOG_LEVEL = env.str(
        "LOG_LEVEL",
        default="INFO",
        validate=validate.OneOf(LOG_LEVELS),
    )
    LOG_FORMAT = env.str("LOG_FORMAT", default="text", validate=validate.OneOf(LOG_FORMATS))
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
    "csp",
    "axes",
    "access",
    "results",
    "streaming",
    "analysis",
    "fashionsite",
]

MIDDLEWARE = [
    # What adds headers comes first, so that every answer has them.
    "csp.middleware.CSPMiddleware",
    "access.middleware.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "access.middleware.HostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "fashionsite.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "access.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
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
                "access.context.permissions",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    # First, so that it can refuse before a password is looked at.
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Ten wrong passwords from one address, and it waits a quarter of an hour. By address alone, as
# otherwise a stranger could lock the admin out by name; a success of their own does not reset it.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_RESET_ON_SUCCESS = False
AXES_CLIENT_IP_CALLABLE = "access.visitors.address_of"
AXES_LOCKOUT_CALLABLE = "fashionsite.sign_in.locked_out"
AXES_VERBOSE = False
# Left out of its records and log lines; people type their passwords there by mistake.
AXES_SENSITIVE_PARAMETERS = ["username"]

# Everything that a page needs comes from this host. Pictures in the admin are `data:` addresses.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# HTTPS is set on a network only, where a proxy does TLS and says so by this header. Without the
# proxy anybody could say so, hence it is believed only where there is one.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_SSL_REDIRECT = HTTPS
# What a probe or a scraper beside the server asks for, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^health/$", r"^ready/$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
if HTTPS:
    # By this prefix a browser takes them from this host over TLS only, from no subdomain.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

LANGUAGE_CODE = "en"
# Each by its own name, as who looks for theirs cannot read the others.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "fashionsite" / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
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
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "access.rest.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["results.api.permissions.ByTheRules"],
    "DEFAULT_THROTTLE_CLASSES": ["access.rest.RequestThrottle"],
    "EXCEPTION_HANDLER": "results.api.problems.problem_handler",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "fashionsite",
    "DESCRIPTION": "Sessions of streamed pictures, what a classifier said about each, and reports.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["results.api.permissions.ByTheRules"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "results.api.openapi.document_refusals",
    ],
    # A session and its drift name the same levels by other fields.
    "ENUM_NAME_OVERRIDES": {"DriftLevelEnum": "results.measuring.drift.LEVELS"},
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
        "json": {"()": "fashionsite.logs.JsonFormatter"},
    },
    "filters": {
        "peer mistakes": {"()": "fashionsite.logs.PeerMistakes"},
        "nothing wrong": {"()": "fashionsite.logs.NothingWrong"},
    },
    "handlers": {
        "console": (
            {
                "class": "rich.logging.RichHandler",
                "filters": ["nothing wrong", "peer mistakes"],
                "formatter": "message",
                "show_path": False,
                "highlighter": NullHighlighter(),
            }
            if LOG_FORMAT == "text" and sys.stderr.isatty()
            else {
                "class": "logging.StreamHandler",
                "filters": ["nothing wrong", "peer mistakes"],
                "formatter": "json" if LOG_FORMAT == "json" else "plain",
            }
        ),
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Below these levels they would write queries, headers, messages and picture data.
        **{name: {"level": "INFO"} for name in ("django.db", "PIL", "websockets")},
        "axes": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
    },
}
