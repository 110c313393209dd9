"""The time that a rotation may take, in which a user may have two active keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from checkov_keys.domain.rules import active_keys

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.users import User


def rotation_until(user: User, now: datetime, grace_days: int) -> datetime | None:
    """Return when the rotation of a user's keys must be over; None where it is, or where there is no grace.

    A rotation begins with its new key: the newest active one, which may be `grace_days` days old.
    """
    created = [key.created for key in active_keys(user) if key.created is not None]
    if not created or not grace_days:
        return None
    until = max(created) + timedelta(days=grace_days)
    return until if until > now else None
