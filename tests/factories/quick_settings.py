"""The embedded way with the small deterministic embedder and quick passwords, for real processes in tests."""

from ragportal.settings import embedded

globals().update({name: value for name, value in vars(embedded).items() if name.isupper()})
EMBEDDER = "tests.factories.embedder.open_fake_embedder"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WORK_LEASE_SECONDS = 6.0
"""So that a stopped process is overtaken while a test waits."""
