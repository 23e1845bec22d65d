"""The embedded way with the small deterministic embedder, for journeys whose processes are killed."""

from ragportal.settings import embedded

globals().update({name: getattr(embedded, name) for name in dir(embedded) if name.isupper()})
EMBEDDER = "tests.factories.embedder.open_fake_embedder"
