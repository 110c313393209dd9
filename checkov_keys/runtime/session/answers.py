"""What AWS's answers hold, checked as far as botocore does not."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from botocore.utils import parse_timestamp as parse_any_timestamp

from checkov_keys.runtime.session.faults import BrokenAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.0+)?Z", re.ASCII)


def parse_timestamp(value: Any) -> datetime:  # noqa: ANN401  # whatever a service answers
    """Return a point in time: IAM's spelling directly, any other with botocore's parser.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html
    """
    match = _ISO.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        moment: datetime = parse_any_timestamp(value)
        return moment
    return datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc)


def entries_of(pages: Iterable[dict[str, Any]], name: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of all pages; raise BrokenAnswerError if there is more without a way to get it."""
    for page in pages:
        yield from page[name]
        # botocore takes this for the last page.
        if page.get("IsTruncated") and not page.get("Marker"):
            raise BrokenAnswerError("AWS's answer is truncated, without a Marker to go on from")


def text_of(entry: dict[str, Any], name: str) -> str:
    """Return a field; raise KeyError if it is missing, BrokenAnswerError if it appears twice."""
    text = entry[name]
    if not isinstance(text, str):
        raise BrokenAnswerError(f"AWS's answer has more than one {name} in one place")
    return text
