"""Where the secret of an access key is in plain sight, and the way by which it came there."""

from __future__ import annotations

from typing import NamedTuple


class SecretStep(NamedTuple):
    """A step of a secret's way: its address or expression, its file, and its first line, 0 if that is not known.

    `path` is absolute, "" if it is not known. The text never holds a value.
    """

    text: str
    path: str = ""
    line: int = 0


class ExposedSecret(NamedTuple):
    """A secret that a sink holds.

    `key` is the address of the access key and `attribute` the attribute of it (`secret`); `argument` is the argument of
    the sink that holds it (`environment`). `way` leads from the key to the sink, both of them among the steps.
    """

    key: str
    attribute: str
    argument: str
    way: tuple[SecretStep, ...]


class Exposure(NamedTuple):
    """A sink that holds secrets: a resource with its address, or an output (`output.creds`, `Outputs.Creds`).

    `path` (absolute) and `line` say where it is. `reason` says in one sentence who can read it there, and `instead` in
    one sentence where such a secret belongs.
    """

    address: str
    path: str
    line: int
    reason: str
    instead: str
    secrets: tuple[ExposedSecret, ...]
