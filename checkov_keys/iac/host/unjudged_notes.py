"""What a scan could not judge, for whoever runs it.

Checkov drops UNKNOWN results and runs its runners in processes of their own, so neither its reports nor this
process's memory can carry them to the command `checkov-keys scan`: a file that the environment names can.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from checkov_keys.domain.users import Unjudged

# The path of the file; nothing is written if it is unset.
VARIABLE = "CHECKOV_KEYS_UNJUDGED_FILE"


def note_unjudged(unjudged: Unjudged) -> None:
    """Append one JSON line; a line this short is written in one piece, whatever other processes write."""
    path = os.environ.get(VARIABLE)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"address": unjudged.address, "reason": unjudged.reason}) + "\n")


def noted_unjudged(path: Path) -> tuple[Unjudged, ...]:
    """Return what was noted in the file, without duplicates."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(Unjudged(**json.loads(line)) for line in lines))
