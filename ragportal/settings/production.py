"""Servers: PostgreSQL, TLS in front, every secret from outside."""

from ragportal.settings import environment as env
from ragportal.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = env.env_secret("RAGPORTAL_SECRET_KEY", minimum_length=50)
AUDIT_KEY = env.env_secret("RAGPORTAL_AUDIT_KEY", minimum_length=50)
ALLOWED_HOSTS = env.env_list("RAGPORTAL_ALLOWED_HOSTS")
_postgresql = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": env.env_str("RAGPORTAL_DATABASE_NAME", default="ragportal"),
    "USER": env.env_str("RAGPORTAL_DATABASE_USER", default="ragportal"),
    "PASSWORD": env.env_secret("RAGPORTAL_DATABASE_PASSWORD"),
    "HOST": env.env_str("RAGPORTAL_DATABASE_HOST"),
    "PORT": env.env_int("RAGPORTAL_DATABASE_PORT", default=5432, minimum=1, maximum=65535),
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
}
# Two aliases as in the embedded way; on PostgreSQL both mean one server, as row locks need no second file.
DATABASES = {"default": _postgresql, "ledger": {**_postgresql, "TEST": {"MIRROR": "default"}}}

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

env.finish()
