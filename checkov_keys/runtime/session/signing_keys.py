"""The long-lived access keys that may be behind a session: turning one of them off would end it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import botocore.session

_ID = "aws_access_key_id"


def configured_keys(core: botocore.session.Session) -> frozenset[str]:
    """Return the ids of the keys in the environment, in the session's profile, and in its source profiles.

    A profile with a role is signed for by the key of its source profile:
    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
    """
    found = {os.environ.get(_ID.upper(), "")}
    profiles = core.full_config.get("profiles", {})
    name, seen = core.profile or "default", set()
    while name in profiles and name not in seen:
        seen.add(name)
        found.add(profiles[name].get(_ID, ""))
        name = profiles[name].get("source_profile", "")
    return frozenset(found - {""})
