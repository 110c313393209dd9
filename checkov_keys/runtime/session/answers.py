"""What AWS's answers hold, checked as far as botocore does not: are they whole, and do they belong to the question.

botocore takes `<IsTruncated>TRUE</IsTruncated>` for false, the first of two Result elements for the answer, and the
users and keys that an answer names for those that were asked for. A proxy or a cache can send any of these.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Union

from botocore.utils import parse_timestamp as parse_any_timestamp

from checkov_keys.runtime.session.faults import BrokenAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.hooks import BaseEventHooks
    from botocore.model import OperationModel

_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.0+)?Z", re.ASCII)
# IAM is of 2011, and no clock is wrong by a century. What is outside cannot be calculated with, either.
_EARLIEST = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LATEST = datetime(2200, 1, 1, tzinfo=timezone.utc)
# Whatever the case, and a prefix of a namespace: an element that says that there is more.
_MORE = re.compile(rb"<(?:\w+:)?(istruncated|marker|nexttoken)\b[^<>]*>([^<]*)", re.IGNORECASE)
_SUCCESS = 200
# What the check of the raw answer adds to the parsed one.
_SAYS_MORE = "checkov-keys says more"


class UnreadableTime(str):
    """A point in time as AWS spelled it, which is not one, or not one of IAM's times."""

    __slots__ = ()


def parse_timestamp(value: Any) -> Union[datetime, UnreadableTime]:  # noqa: ANN401, UP007  # whatever a service answers
    """Return a point in time (UTC): IAM's spelling directly, any other with botocore's parser.

    It never raises: botocore would lose the whole answer, a thousand users, to one odd date.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html
    """
    match = _ISO.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is None:
            moment: datetime = parse_any_timestamp(value)
            # Without an offset, botocore's parser means UTC.
            moment = moment.replace(tzinfo=moment.tzinfo or timezone.utc).astimezone(timezone.utc)
        else:
            moment = datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc)
        return moment if _EARLIEST <= moment <= _LATEST else UnreadableTime(value)
    except (ValueError, TypeError, AttributeError, OverflowError, OSError, RuntimeError):
        return UnreadableTime(value)


def list_entries(
    call: Callable[..., dict[str, Any]],
    name: str,
    *,
    place: str = "Marker",
    most_pages: int = 100,
    **asked: object,
) -> Iterator[dict[str, Any]]:
    """Yield the entries of all pages of a listing: those of the list `name` in each page of list_pages()."""
    for page in list_pages(call, name, place=place, most_pages=most_pages, **asked):
        yield from page[name]


def list_pages(
    call: Callable[..., dict[str, Any]],
    name: str,
    *,
    place: str = "Marker",
    most_pages: int = 100,
    **asked: object,
) -> Iterator[dict[str, Any]]:
    """Yield all pages of a listing, each of which has the list `name` in what `call(**asked)` answers.

    `place` is what both question and answer call where to go on from. Raises BrokenAnswerError if there is more
    without a way to get it, if one comes again, or after `most_pages`, which AWS itself does not reach; KeyError if
    a page lacks the list.
    """
    seen: set[str] = set()
    more: dict[str, str] = {}
    for _ in range(most_pages):
        page = call(**asked, **more)
        if not isinstance(page[name], list):
            raise BrokenAnswerError(f"AWS's answer holds {name} that is not a list")
        yield page
        next_place = page.get(place)
        if not next_place:
            if page.get("IsTruncated") or says_more(page):
                raise BrokenAnswerError(f"AWS's answer is truncated, without a {place} to go on from")
            return
        if not isinstance(next_place, str) or next_place in seen:
            raise BrokenAnswerError(f"AWS's answers repeat a {place}, so that the listing would not end")
        seen.add(next_place)
        more = {place: next_place}
    raise BrokenAnswerError(f"the listing does not end after {most_pages} pages")


def says_more(page: dict[str, Any]) -> bool:
    """Tell whether the raw answer said, in whatever spelling, that it is not the last page of a listing."""
    return bool(page.get(_SAYS_MORE))


def text_of(entry: dict[str, Any], name: str) -> str:
    """Return a field; raise KeyError if it is missing, BrokenAnswerError if it appears twice."""
    text = entry[name]
    if not isinstance(text, str):
        raise BrokenAnswerError(f"AWS's answer has more than one {name} in one place")
    return text


def time_of(entry: dict[str, Any], name: str) -> datetime | None:
    """Return a point in time (UTC), None if nobody can read it; raise KeyError if it is missing."""
    moment = entry[name]
    return moment if isinstance(moment, datetime) else None


def check_belongs(entry: dict[str, Any], user: str) -> None:
    """Raise BrokenAnswerError if an entry names another user than the one that was asked for, KeyError if none.

    IAM does not tell names apart by case.
    """
    named = text_of(entry, "UserName")
    if named.casefold() != user.casefold():
        raise BrokenAnswerError(f"AWS's answer is about user {named!r} instead")


def check_raw_answers(events: BaseEventHooks, service: str) -> None:
    """Have each answer of a service that speaks XML checked before botocore parses it, and drops what is odd in it.

    BrokenAnswerError is raised by the call then: the answer has two results, or text that only half says that there is
    more.
    """
    events.register(f"before-parse.{service}", _check_raw_answer)


def _check_raw_answer(
    operation_model: OperationModel,
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    **_: object,
) -> None:
    body = response_dict.get("body")
    if response_dict.get("status_code") != _SUCCESS or not isinstance(body, bytes):
        return
    output = operation_model.output_shape
    wrapper = output.serialization.get("resultWrapper") if output is not None else None
    if wrapper and len(_closing(wrapper).findall(body)) > 1:
        raise BrokenAnswerError(f"AWS's answer has more than one {wrapper}")
    more = any(
        text.strip().lower() != b"false" if element.lower() == b"istruncated" else text.strip()
        for element, text in _MORE.findall(body)
    )
    if more:
        customized_response_dict[_SAYS_MORE] = True


@lru_cache(maxsize=64)
def _closing(element: str) -> re.Pattern[bytes]:
    return re.compile(rf"</(?:\w+:)?{re.escape(element)}\s*>".encode())
