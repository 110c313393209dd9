"""Any value of JSON → a text that is safe to show."""

from __future__ import annotations

import json

from checkov_keys.domain.text import one_line

# No honest name is longer.
LONGEST_TEXT = 2_000


def clean_text(value: object) -> str:
    """Return any value of JSON as a text in one line that is safe to show."""
    if value is None:
        return ""
    text = one_line(value if isinstance(value, str) else json.dumps(value))
    more = len(text) - LONGEST_TEXT
    return text if more <= 0 else f"{text[:LONGEST_TEXT]}… ({more} more characters)"
