"""What every way of running shares. Each value an operator may change is read here, from the environment."""

from pathlib import Path

from ragportal.common.work.kinds import MAINTENANCE, SYNC, WorkKind
from ragportal.settings import environment as env
from ragportal.settings.broker import *  # noqa: F403
from ragportal.settings.broker import FOLDER_BROKER, transport_of

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
DATA_DIR = env.env_path("RAGPORTAL_DATA_DIR", default=PROJECT_ROOT / "var")

# Adapters, by dotted path; `manage.py check` imports each.
CONNECTORS = {"files": "connectors.files.connector.FilesConnector"}
INDEX_BACKEND = "integrations.index.embedded.EmbeddedIndex"
EMBEDDER = "integrations.embeddings.onnx.open_embedder"
MODEL_FETCHER = "integrations.embeddings.fetching.fetch_model"

INDEX_DIR = DATA_DIR / "index"
MODELS_DIR = env.env_path("RAGPORTAL_MODELS_DIR", default=DATA_DIR / "models")
EMBEDDING_MODEL = env.env_str("RAGPORTAL_EMBEDDING_MODEL", default="bge-small-en-v1.5")
EMBEDDING_FOLDER = env.env_path("RAGPORTAL_EMBEDDING_FOLDER", default=None)
EMBEDDING_THREADS = env.env_int("RAGPORTAL_EMBEDDING_THREADS", default=1, minimum=1, maximum=64)
MODEL_REPOSITORY = env.env_str("RAGPORTAL_MODEL_REPOSITORY", default="")
CHUNK_TOKENS = env.env_int("RAGPORTAL_CHUNK_TOKENS", default=512, minimum=64, maximum=8192)
CHUNK_OVERLAP = env.env_int("RAGPORTAL_CHUNK_OVERLAP", default=50, minimum=0, maximum=512)
DOCUMENT_MB = env.env_int("RAGPORTAL_DOCUMENT_MB", default=50, minimum=1, maximum=200)
PARSER_MEMORY_MB = env.env_int("RAGPORTAL_PARSER_MEMORY_MB", default=1024, minimum=256, maximum=65536)
PARSER_SECONDS = env.env_int("RAGPORTAL_PARSER_SECONDS", default=60, minimum=5, maximum=3600)
PARSER_CHARACTERS = env.env_int("RAGPORTAL_PARSER_CHARACTERS", default=5_000_000, minimum=10_000, maximum=100_000_000)

ACCESS_ALARM_HOURS = env.env_int("RAGPORTAL_ACCESS_ALARM_HOURS", default=24, minimum=1, maximum=8760)
ACCESS_HIDDEN_DAYS = env.env_int("RAGPORTAL_ACCESS_HIDDEN_DAYS", default=7, minimum=1, maximum=365)
OLD_VERSION_DAYS = env.env_int("RAGPORTAL_OLD_VERSION_DAYS", default=30, minimum=1, maximum=3650)
CHANGE_LOG_DAYS = env.env_int("RAGPORTAL_CHANGE_LOG_DAYS", default=365, minimum=1, maximum=3650)

# Work by name: its queue, and what does it.
WORK = {
    "sync_source": WorkKind(SYNC, "ragportal.knowledge.tasks.sync_source_by_id"),
    "finish_index_work": WorkKind(MAINTENANCE, "ragportal.knowledge.tasks.finish_index"),
}
WORK_TICKS = ("ragportal.knowledge.tasks.enqueue_what_is_due",)  # called every few seconds: each enqueues what is due
WORK_LEASE_SECONDS = 60.0
WORK_BELL = "ragportal.celery.app"
SHOW_PROGRESS = False  # workers on servers have nobody who watches them
CELERY_BROKER_URL = env.env_secret("RAGPORTAL_BROKER_URL", default=FOLDER_BROKER)
CELERY_BROKER_TRANSPORT, CELERY_BROKER_TRANSPORT_OPTIONS = transport_of(CELERY_BROKER_URL, DATA_DIR)

AUDIT_KEY = ""  # signs audit records; empty = the file below, made at first use (production demands a key)
AUDIT_KEY_FILE = DATA_DIR / "secrets" / "audit.key"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "ragportal.common",
    "ragportal.audit",
    "ragportal.tenants",
    "ragportal.access",
    "ragportal.costs",
    "ragportal.knowledge",
    "ragportal.search",
    "ragportal.answering",
    "ragportal.evaluation",
    "ragportal.portal",
]

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: nobody gets rights by not being signed in
GUARDIAN_MONKEY_PATCH_USER = False

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ragportal.portal.static_files.StaticFiles",
    "ragportal.portal.headers.PageHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "ragportal.urls"
ASGI_APPLICATION = "ragportal.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT_ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = None  # nothing is collected: the files are served from where they lie in the source
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATABASE_ROUTERS = ["ragportal.common.routing.LedgerRouter"]

LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"celery.app.trace": {"level": "CRITICAL"}},  # it quotes errors, and errors may quote documents
    "root": {
        "handlers": ["stderr"],
        "level": env.env_str("RAGPORTAL_LOG_LEVEL", default="WARNING", choices=("DEBUG", "INFO", "WARNING", "ERROR")),
    },
}
