"""Policies: what administrators add to narrow access. Scopes read them at each question, so no number is noted."""

from typing import Any

from ragportal.access.models import Policy


def add_policy(*, name: str, **conditions: Any) -> Policy:
    """Add a policy that is on at once; `conditions` are the `on_*` and `only_*` fields of Policy.

    Raises ValidationError for a name in use or an unknown value.
    """
    policy = Policy(name=name, **conditions)
    policy.full_clean()
    policy.save()
    return policy


def set_policy_enabled(*, policy: Policy, enabled: bool) -> None:
    """Turn a policy on or off; the next question sees it."""
    Policy.objects.filter(pk=policy.pk).update(enabled=enabled)


def remove_policy(*, policy: Policy) -> None:
    """Remove a policy; the next question sees it."""
    Policy.objects.filter(pk=policy.pk).delete()
