"""As of when an account is judged, if this machine's clock and AWS's differ."""

from datetime import datetime, timedelta, timezone

import pytest

from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.session.clocks import choose_time, read_clock

NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HEADERS = {
    "as AWS writes it": ("Sat, 28 Nov 2026 12:00:00 GMT", NOW),
    "another zone": ("Sat, 28 Nov 2026 13:00:00 +0100", NOW),
    "no zone": ("Sat, 28 Nov 2026 12:00:00", None),
    "no date": ("yesterday", None),
    "empty": ("", None),
    "a year that cannot be": ("Sat, 28 Nov 99999 12:00:00 GMT", None),
    "no header": (None, None),
    "no text": (7, None),
}


@pytest.mark.parametrize(("header", "moment"), HEADERS.values(), ids=HEADERS)
def test_the_clock_of_an_answer(header, moment):
    """What is not a date of HTTP says nothing."""
    assert moment == read_clock(header)


DIFFERENCES = {
    "silent: not known": (None, NOW, False),
    "silent: the same": (NOW, NOW, False),
    "silent: as much as signatures may be old": (NOW + HOUR / 4, NOW, False),
    "AWS is ahead": (NOW + HOUR, NOW + HOUR, True),
    "AWS is a day ahead": (NOW + DAY, NOW + DAY, True),
    "AWS is behind": (NOW - HOUR, NOW, True),
    "AWS is a day behind": (NOW - DAY, NOW, True),
}


@pytest.mark.parametrize(("theirs", "chosen", "warned"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_the_later_time_counts(caplog, theirs, chosen, warned):
    """By the later time no key is taken to be younger, or used later, than it is; the log says that they differ."""
    assert (chosen, warned) == (choose_time(NOW, theirs), "set the clock" in caplog.text)


@pytest.mark.parametrize("theirs", [NOW + 2 * DAY, NOW - 2 * DAY, NOW + 4000 * DAY])
def test_clocks_that_differ_by_more_than_a_day(theirs):
    """Nobody knows what time it is, so nothing is judged."""
    with pytest.raises(AuditError, match=r"this machine's clock says .*, AWS's .*: set it"):
        choose_time(NOW, theirs)
