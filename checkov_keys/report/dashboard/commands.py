"""The commands that people paste, such as the one that turns a key off: for names of IAM's own form only."""

from __future__ import annotations

import re
import shlex

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
_USER = re.compile(r"[\w+=,.@][\w+=,.@-]{0,127}", re.ASCII)
_KEY = re.compile(r"\w{16,128}", re.ASCII)
# The steps that the rules name, each with words that no shell takes for more than words.
_STEPS = (
    "cloudtrail lookup-events",
    "iam create-access-key",
    "iam delete-access-key",
    "iam delete-login-profile",
    "iam enable-organizations-root-credentials-management",
    "iam get-access-key-last-used",
    "iam update-access-key",
    "sts assume-root",
)
_STEP = re.compile(rf"aws (?:{'|'.join(_STEPS)})(?: [\w+=,.@:/-]+)*", re.ASCII)
_MOST_STEPS = 20
_FIX = "checkov-keys fix "
# What a person can read as a whole, and no shell takes for more than words.
_FIX_COMMAND = re.compile(r"checkov-keys fix [\w ./@=+:,'-]+", re.ASCII)


def build_command(user: str, key: str) -> str:
    """Return the command that turns off a key of a live user, "" if either name is not one that IAM gives.

    https://docs.aws.amazon.com/cli/latest/reference/iam/update-access-key.html
    """
    # Whoever pastes a command trusts it: names from elsewhere never get as far as a shell, quoted or not.
    if not (_USER.fullmatch(user) and _KEY.fullmatch(key)):
        return ""
    words = ["aws", "iam", "update-access-key", "--user-name", user, "--access-key-id", key, "--status", "Inactive"]
    return shlex.join(words)


def read_steps(steps: object) -> list[str]:
    """Return the commands of a proposal that a person may paste, none if one of them is not like those of the rules."""
    listed = steps if isinstance(steps, list) else []
    texts = [step for step in listed[:_MOST_STEPS] if isinstance(step, str) and _STEP.fullmatch(step)]
    # A step that is left out could be the one that makes the next one safe.
    return texts if len(texts) == len(listed) else []


def find_command(remedy: str) -> str:
    """Return the `checkov-keys fix` that a remedy names, "" if it names none."""
    before, found, after = remedy.rpartition(_FIX)
    if not found:
        return ""
    # Between backticks, or up to the end of the remedy.
    rest = after.partition("`")[0] if before.endswith("`") else after.rstrip().removesuffix(".")
    command = f"{found}{rest}"
    return command if _FIX_COMMAND.fullmatch(command) else ""
