"""The ways of secrets in plain sight as flows of SARIF, of those steps that are lines of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from checkov_keys.report.formats.exposure_text import describe_place
from checkov_keys.report.formats.github_limits import MOST_FLOW_LOCATIONS, MOST_LOCATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    Encoded = dict[str, Any]


def is_line_of_repository(entry: Encoded) -> bool:
    """Tell whether an entry with `file` and `line` is a line of a file that was checked out."""
    return bool(entry["file"]) and entry["line"] > 0 and not entry["file"].startswith(("../", "/"))


def build_location(entry: Encoded, text: str) -> Encoded:
    """Return the place of an entry with `file` and `line`, and what is there."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(entry["file"])},
            "region": {"startLine": entry["line"]},
        },
        "message": {"text": text},
    }


def build_flows(secrets: Sequence[Encoded]) -> list[Encoded]:
    """Return a code flow for each secret, as `encode_secret` makes it, as long as GitHub shows them."""
    flows: list[Encoded] = []
    left = MOST_FLOW_LOCATIONS
    for secret in secrets:
        steps = [step for step in secret["way"] if is_line_of_repository(step)]
        if steps and len(steps) <= left:
            left -= len(steps)
            locations = [{"location": build_location(step, step["text"])} for step in steps]
            text = f"The way of {describe_place(secret)}."
            flows.append({"message": {"text": text}, "threadFlows": [{"locations": locations}]})
    return flows


def locate_keys(secrets: Sequence[Encoded]) -> list[Encoded]:
    """Return the place of each key: the first step of its secret's way that is a line of the repository."""
    places: dict[tuple[str, str, int], Encoded] = {}
    for secret in secrets:
        step = next(filter(is_line_of_repository, secret["way"]), None)
        if step:
            text = f"The access key: {secret['key']}."
            places.setdefault((secret["key"], step["file"], step["line"]), build_location(step, text))
    return list(places.values())[:MOST_LOCATIONS]
