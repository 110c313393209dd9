"""A record about secrets in plain sight → what a page says of them, whatever its JSON holds."""

from __future__ import annotations

from typing import Any

from checkov_keys.report.dashboard.texts import clean_text
from checkov_keys.report.formats.exposure_text import MOST_SECRETS, MOST_STEPS, describe_place, describe_secrets

_TEXTS = ("key", "attribute", "argument")


def read_exposure(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a page shows of a sink, {} if the record names no secret.

    `found` is a sentence without its full stop. `ways` are pairs of a secret and the steps of its way, each step with
    its place; steps that are left out in the middle are counted. `seen` says who can read the secrets.
    """
    secrets = [_read_secret(each) for each in _list_mappings(record.get("exposed_secrets"), MOST_SECRETS)]
    if not secrets:
        return {}
    held = describe_secrets(secrets, _read_count(record.get("exposed_secrets_omitted")))
    return {
        "found": clean_text(f"Holds {held}"),
        "ways": [(_capitalize(describe_place(each)), steps) for each in secrets if (steps := _list_steps(each))],
        "seen": clean_text(record.get("exposure_reason")),
    }


def _read_secret(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: clean_text(entry.get(name)) or "?" for name in _TEXTS},
        "way": [_read_step(each) for each in _list_mappings(entry.get("way"), MOST_STEPS)],
        "way_omitted": _read_count(entry.get("way_omitted")),
    }


def _read_step(step: dict[str, Any]) -> dict[str, Any]:
    file, line = clean_text(step.get("file")), _read_count(step.get("line"))
    return {"text": clean_text(step.get("text")) or "?", "place": f"{file}:{line}" if file and line else file}


def _list_steps(secret: dict[str, Any]) -> list[str]:
    """Return the steps of a way, each with its place."""
    steps = [f"{each['text']} ({each['place']})" if each["place"] else each["text"] for each in secret["way"]]
    half = len(steps) // 2
    omitted = secret["way_omitted"]
    return [*steps[:half], f"… {omitted:,} more steps …", *steps[half:]] if omitted else steps


def _list_mappings(entries: object, most: int) -> list[dict[str, Any]]:
    return [each for each in entries[:most] if isinstance(each, dict)] if isinstance(entries, list) else []


def _read_count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _capitalize(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
