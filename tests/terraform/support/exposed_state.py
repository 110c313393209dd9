"""Where a state holds the secrets of its access keys: searched for by their texts, without any table.

Beside the keys themselves, of course.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
from dataclasses import dataclass
from urllib.parse import unquote

from applied_state import write_address

from checkov_keys.iac.terraform.sinks import OUTPUT, SAFE_PLACES, SINKS

SECRETS = ("secret", "ses_smtp_password_v4")
REPEATED = {"tags_all": "tags", "output": "input"}
# So much of a secret in one piece is the secret.
PIECE = 20
BASE64 = re.compile(r"[A-Za-z0-9+/]{12,}={0,2}")


@dataclass(frozen=True)
class Holder:
    """A place that holds a secret: its address, its argument (the first word of it), and what the tables say of it."""

    address: str
    argument: str
    kind: str
    """sink, safe, or neither."""
    type: str


def find_holders(state):
    """The places of a state, a document of version 4, that hold the secret of a key, without the keys, as a set."""
    pieces = _list_pieces(state)
    outputs = state.get("outputs", {})
    found = {
        Holder(f"output.{name}", OUTPUT.arguments, "sink", "output")
        for name, output in outputs.items()
        if _has_piece(output["value"], pieces)
    }
    for resource in state["resources"]:
        for instance in resource["instances"] if resource["type"] != "aws_iam_access_key" else ():
            attributes = instance["attributes"]
            for path, text in _walk(attributes, ""):
                # What a provider computes from an argument is that argument.
                path = re.sub("^tags_all|^output", lambda name: REPEATED[name[0]], path)  # noqa: PLW2901
                if _has_piece(text, pieces):
                    kind = _classify(resource["type"], path, attributes)
                    argument = path.partition(".")[0]
                    found.add(Holder(write_address(resource, instance), argument, kind, resource["type"]))
    return found


def _classify(resource_type, path, attributes):
    def find_text(name):
        return attributes.get(name) or ""

    if SINKS.find(resource_type, path, find_text):
        return "sink"
    return "safe" if SAFE_PLACES.find(resource_type, path, find_text) else "neither"


def _list_pieces(state):
    pieces = set()
    for resource in state["resources"]:
        for instance in resource["instances"] if resource["type"] == "aws_iam_access_key" else ():
            for name in SECRETS:
                secret = (instance["attributes"].get(name) or "").lower()
                for text in (secret, secret[::-1]):
                    pieces |= {text[start : start + PIECE] for start in range(len(text) - PIECE + 1)}
    return pieces


def _walk(value, path):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}".lstrip("."), name
            yield from _walk(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, path)
    else:
        yield path, value


def _has_piece(value, pieces):
    if not isinstance(value, str):
        value = json.dumps(value)
    return any(
        form[start : start + PIECE] in pieces for form in _decode(value, 3) for start in range(len(form) - PIECE + 1)
    )


def _decode(text, depth):
    yield text.lower()
    if depth == 0:
        return
    if "%" in text:
        yield from _decode(unquote(text), depth - 1)
    for token in BASE64.findall(text):
        try:
            raw = base64.b64decode(token, validate=True)
        except (binascii.Error, ValueError):
            continue
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
        yield from _decode(raw.replace(b"\0", b"").decode("latin-1"), depth - 1)
