"""Who asks, and in what situation: the two things every answer depends on."""

from dataclasses import dataclass

from ragportal.access.models import Channel


@dataclass(frozen=True, slots=True)
class Asker:
    """An employee of one tenant by id. What they may read is looked up at each question, never kept here."""

    tenant_id: int
    membership_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the question is asked and its answer shown."""

    channel: Channel
