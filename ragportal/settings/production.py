"""Servers: PostgreSQL, TLS in front, every secret from outside."""

from ragportal.settings import environment as env
from ragportal.settings.base import *  # noqa: F403
from ragportal.settings.postgresql import postgresql_databases

DEBUG = False
SECRET_KEY = env.env_secret("RAGPORTAL_SECRET_KEY", minimum_length=50)
AUDIT_KEY = env.env_secret("RAGPORTAL_AUDIT_KEY", minimum_length=50)
ALLOWED_HOSTS = env.env_list("RAGPORTAL_ALLOWED_HOSTS")
DATABASES = postgresql_databases(required=True, pooled=True)

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

env.finish()
