"""Secrets in plain sight, in words and as JSON: as much of them as people read, and no more than files can hold.

A secret is encoded as a mapping of `key`, `attribute`, `argument`, `way`, a list of steps (each with `text`, `file` and
`line`), and `way_omitted`, how many steps are missing in the middle of the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.text import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checkov_keys.domain.exposures import ExposedSecret, SecretStep

    Encoded = dict[str, Any]

# In JSON, for each record and each way. An even number: half of a way is its beginning.
MOST_SECRETS = 100
MOST_STEPS = 100
# In a sentence, also of the beginning and of the end of a way that is longer than its steps are named.
_MOST_NAMED = 5
_MOST_STEPS_NAMED = 12
_LONGEST_TEXT = 300
# What the attributes are called that are nothing but the secret.
_SECRETS = frozenset({"secret", "SecretAccessKey"})


def encode_secret(secret: ExposedSecret, locate: Callable[[str], str]) -> Encoded:
    """Return a secret as JSON; `locate` makes the path that is shown of an absolute one."""
    way = secret.way
    half = MOST_STEPS // 2
    kept = way if len(way) <= MOST_STEPS else (*way[:half], *way[-half:])
    return {
        "key": escape_unprintable(secret.key),
        "attribute": escape_unprintable(secret.attribute),
        "argument": _cut(escape_unprintable(secret.argument)),
        "way": [_encode_step(step, locate) for step in kept],
        "way_omitted": len(way) - len(kept),
    }


def describe_secrets(secrets: Sequence[Encoded], omitted: int = 0) -> str:
    """Return in words which secrets a sink holds and how they came there: what follows the sink's name and `holds`."""
    count = len(secrets) + omitted
    if count == 1:
        way = describe_way(secrets[0])
        return f"{name_secret(secrets[0])} in plain sight, in {secrets[0]['argument']}{f': {way}' if way else ''}"
    named = [f"{describe_place(each)} ({describe_way(each)})" for each in secrets[:_MOST_NAMED]]
    more = count - len(named)
    places = "; ".join([*named, *([f"and {more:,} more"] if more else [])])
    is_counted = len({str(each["argument"]) for each in secrets}) == len(secrets)
    return f"secrets of access keys in plain sight{f', in {count:,} places' if is_counted else ''}: {places}"


def describe_place(secret: Encoded) -> str:
    """Return which secret it is, and the argument that holds it."""
    return f"{name_secret(secret)} in {secret['argument']}"


def name_secret(secret: Encoded) -> str:
    """Return which secret it is."""
    what = "secret" if secret["attribute"] in _SECRETS else secret["attribute"]
    return f"the {what} of {secret['key']}"


def describe_way(secret: Encoded) -> str:
    """Return the way of a secret: its steps with arrows between them, those in the middle of a long one counted."""
    steps = [step["text"] for step in secret["way"]]
    count = len(steps) + secret["way_omitted"]
    if count > _MOST_STEPS_NAMED:
        first, last = steps[:_MOST_NAMED], steps[_MOST_NAMED:][-_MOST_NAMED:]
        steps = [*first, f"… {count - len(first) - len(last):,} steps …", *last]
    return " → ".join(steps)


def _encode_step(step: SecretStep, locate: Callable[[str], str]) -> Encoded:
    file = escape_unprintable(locate(step.path)) if step.path else ""
    return {"text": _cut(escape_unprintable(step.text)), "file": file, "line": step.line}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
