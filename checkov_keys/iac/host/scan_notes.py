"""What a scan knows beside Checkov's records, for whoever runs it: what could not be judged, and why a key fails.

Checkov drops UNKNOWN results, keeps one connected node per record, and runs its runners in processes of their own. So
neither its reports nor this process's memory can carry these to the command `checkov-keys scan`: a file that the
environment names can.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.exposures import ExposedSecret, Exposure, SecretStep
from checkov_keys.domain.templates import KeyEvidence, KeyPlace
from checkov_keys.domain.users import Unjudged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from checkov_keys.iac.common.reading import UserIdentity

# The path of the file; nothing is written if it is unset.
VARIABLE = "CHECKOV_KEYS_NOTES_FILE"


class Notes(NamedTuple):
    """What was noted, without duplicates; what is unjudged in the order of addresses.

    `users` is the number of users whose keys were judged, `followed` that of keys whose secrets were followed, None if
    nobody asked for that.
    """

    unjudged: tuple[Unjudged, ...] = ()
    evidence: tuple[KeyEvidence, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    users: int = 0
    followed: int | None = None


def is_noting() -> bool:
    """Tell whether somebody wants to know, and reports what is noted."""
    return bool(os.environ.get(VARIABLE))


def note_unjudged(unjudged: Unjudged) -> None:
    """Note something that could not be judged."""
    _append([{"address": unjudged.address, "reason": unjudged.reason}])


def note_evidence(evidence: Iterable[KeyEvidence]) -> None:
    """Note why keys fail."""
    _append({"key": each} for each in evidence)


def note_exposures(exposures: Iterable[Exposure]) -> None:
    """Note where secrets of keys are in plain sight, and how they came there."""
    _append({"exposure": each} for each in exposures)


def note_users(users: Iterable[UserIdentity]) -> None:
    """Note the users whose keys were judged: several runners may judge keys of one."""
    digests = _digest(users)
    if digests:
        _append([{"users": digests}])


def note_followed(keys: Iterable[tuple[str, str]]) -> None:
    """Note the keys whose secrets were followed, each by its file and address, and that it was asked for."""
    _append([{"followed": _digest(keys)}])


def _digest(names: Iterable[tuple[str, ...]]) -> list[str]:
    """Return a short text for each name, by which the same one is known again."""
    return [hashlib.blake2b("\0".join(name).encode(errors="replace"), digest_size=8).hexdigest() for name in names]


@contextmanager
def no_notes() -> Iterator[None]:
    """Have nothing noted during the block, in this process: what runs in it is only tried."""
    path = os.environ.pop(VARIABLE, None)
    try:
        yield
    finally:
        if path is not None:
            os.environ[VARIABLE] = path


@contextmanager
def note_apart(number: int) -> Iterator[None]:
    """Have notes of this process go into a file of its own during the block, for collect_notes()."""
    path = os.environ.get(VARIABLE)
    if path:
        os.environ[VARIABLE] = _path_apart(path, number)
        with open(os.environ[VARIABLE], "wb"):  # noqa: PTH123
            pass
    try:
        yield
    finally:
        if path:
            os.environ[VARIABLE] = path


def collect_notes(number: int) -> None:
    """Append what a process has noted apart, if it has."""
    path = os.environ.get(VARIABLE)
    apart = _path_apart(path, number) if path else ""
    if path and os.path.exists(apart):  # noqa: PTH110
        with open(path, "ab") as notes, open(apart, "rb") as some:  # noqa: PTH123
            # A process that was killed may have begun a line.
            notes.writelines(line for line in some if line.endswith(b"\n"))
        os.remove(apart)  # noqa: PTH107


def _path_apart(path: str, number: int) -> str:
    return f"{path}.{number}"


def read_notes(path: Path) -> Notes:
    """Return what was noted in the file."""
    unjudged: dict[Unjudged, None] = {}
    evidence: dict[KeyEvidence, None] = {}
    exposures: dict[Exposure, None] = {}
    users: set[str] = set()
    followed: set[str] | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        note = json.loads(line)
        if "key" in note:
            evidence[_read_evidence(note["key"])] = None
        elif "exposure" in note:
            exposures[_read_exposure(note["exposure"])] = None
        elif "users" in note:
            users.update(note["users"])
        elif "followed" in note:
            followed = (followed or set()).union(note["followed"])
        else:
            unjudged[Unjudged(**note)] = None
    ordered = sorted(unjudged, key=lambda each: (each.address, each.reason))
    number = None if followed is None else len(followed)
    return Notes(tuple(ordered), tuple(evidence), tuple(exposures), len(users), number)


def _append(notes: Iterable[dict[str, Any]]) -> None:
    """Append JSON lines in one piece, whatever other processes write meanwhile."""
    path = os.environ.get(VARIABLE)
    if not path:
        return
    data = "".join(f"{json.dumps(note)}\n" for note in notes).encode()
    file = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
    try:
        while data:
            data = data[os.write(file, data) :]
    finally:
        os.close(file)


def _read_evidence(fields: list[Any]) -> KeyEvidence:
    address, path, user, others, omitted = fields
    return KeyEvidence(address, path, user, tuple(KeyPlace(*other) for other in others), omitted)


def _read_exposure(fields: list[Any]) -> Exposure:
    address, path, line, reason, instead, secrets = fields
    found = [
        ExposedSecret(key, attribute, argument, tuple(SecretStep(*step) for step in way))
        for key, attribute, argument, way in secrets
    ]
    return Exposure(address, path, line, reason, instead, tuple(found))
