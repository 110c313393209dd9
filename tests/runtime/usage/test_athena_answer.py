"""The CSV of Athena: read as a whole, or refused in one line; no row that is wrong or missing goes unnoticed."""

import csv
import io
import tracemalloc
from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain.callers import NO_AGENT, Caller
from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.usage import Action, SessionKind, Span
from checkov_keys.runtime.usage.athena_answer import read_answer
from checkov_keys.runtime.usage.athena_query import COLUMNS, Question, describe_question

KEY, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAOTHER7KEYEXAMPLE"
QUESTION = Question(
    (KEY, OTHER), None, "s3://bucket/AWSLogs/", date(2026, 1, 1), None, ("111122223333",), ("us-east-1",)
)
ASKED = describe_question(QUESTION)
NINE = datetime(2026, 3, 7, 9, tzinfo=timezone.utc)
CALLS = {
    "key_id": KEY,
    "address": "203.0.113.9",
    "user_agent": "aws-cli/2.15.30",
    "service": "s3.amazonaws.com",
    "action": "ListBuckets",
    "region": "eu-west-1",
    "is_denied": "false",
    "calls": "3",
    "events": "4",
}
SESSION = {
    **CALLS,
    "service": "sts.amazonaws.com",
    "action": "AssumeRole",
    "session": "AssumeRole",
    "target": "arn:aws:iam::111122223333:role/deploy",
    "session_end": "2026-03-07T10:00:00Z",
}
NOBODY = {"calls": "0", "events": "1000"}


def format_answer(*rows, header=COLUMNS, **fields):
    """An answer as Athena writes it, with rows of these fields; those of `fields` are in the last row."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    for number, row in enumerate(rows, 1):
        usual = {
            "line": number,
            "lines": len(rows),
            "without_id": "0",
            "first_time": "2026-03-07T09:00:00Z",
            "last_time": "2026-03-07T09:00:00Z",
            "has_data_events": "false",
            "asked": ASKED,
        }
        more = fields if number == len(rows) else {}
        writer.writerow([{**usual, **row, **more}.get(name, "") for name in COLUMNS])
    return text.getvalue()


WHOLE = format_answer(CALLS, SESSION, NOBODY)


@pytest.fixture
def read(tmp_path):
    """Read a text, or bytes, as the answer for some keys."""

    def read_text(text, keys=(KEY,)):
        path = tmp_path / "answer.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_answer(str(path), keys)

    return read_text


def test_an_answer(read):
    """Who uses the key, as the other sources tell it, what was asked, and how many events there were."""
    reading = read(WHOLE)
    (usage,) = reading.usages
    (use,) = usage.callers
    assert (Caller("203.0.113.9", "", "AWS CLI v2"), ("aws-cli/2.15.30",), 6) == (use.caller, use.agents, use.calls[0])
    assert [
        Action("s3.amazonaws.com", "ListBuckets", "eu-west-1"),
        Action("sts.amazonaws.com", "AssumeRole", "eu-west-1"),
    ] == [each.action for each in use.actions]
    assert [(SessionKind("AssumeRole", "arn:aws:iam::111122223333:role/deploy"), Span(3, NINE, NINE), 10)] == [
        (each.kind, each.made, each.last_end.hour) for each in usage.sessions
    ]
    assert (True, QUESTION, Span(1008, NINE, NINE)) == (usage.is_exact, reading.question, reading.events)


def test_a_key_without_calls(read):
    """Events of others were there, so no call was seen; without them, nothing is said."""
    assert (0, None) == (read(WHOLE, (OTHER,)).usages[0].calls.number, read(WHOLE, (OTHER,)).usages[0].last_seen)
    with pytest.raises(AuditError, match="Athena found no event at all"):
        read(format_answer())


SAME = {
    "a byte order mark": "\ufeff" + WHOLE,
    "lines as Windows ends them": WHOLE.replace("\n", "\r\n"),
    "no line break at the end": WHOLE[:-1],
    "NULL without quotation marks": WHOLE.replace(',"",', ",,").replace(',"",', ",,"),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_what_makes_no_difference(read, text):
    """Each is read as the answer itself."""
    assert read(WHOLE) == read(text)


ROWS = {
    "an agent that is missing": ({"user_agent": ""}, lambda usage: usage.callers[0].caller.family, NO_AGENT),
    "an agent with a line break": ({"user_agent": 'a,\n"b"'}, lambda usage: usage.callers[0].agents, ('a,\n"b"',)),
    "denied": ({"is_denied": "true"}, lambda usage: (usage.calls.number, usage.denied.number), (0, 3)),
    "events without ids": ({"without_id": "1"}, lambda usage: usage.is_exact, False),
    "data events": ({"has_data_events": "true"}, lambda usage: usage.has_data_events, True),
    "no time": ({"first_time": "", "last_time": ""}, lambda usage: usage.calls, Span(3)),
    "a call of this program": (
        {"user_agent": "checkov-keys/1", "service": "iam.amazonaws.com", "action": "ListUsers"},
        lambda usage: usage.own_calls.number,
        3,
    ),
    "a service": (
        {"address": "athena.amazonaws.com", "invoked_by": "athena.amazonaws.com"},
        lambda usage: usage.callers[0].caller[:2],
        ("", "athena.amazonaws.com"),
    ),
}


@pytest.mark.parametrize(("fields", "find", "expected"), ROWS.values(), ids=ROWS)
def test_rows(read, fields, find, expected):
    """What a field of a row means."""
    assert expected == find(read(format_answer(NOBODY, CALLS, **fields)).usages[0])


def ask(**fields):
    """A question that was changed."""
    return describe_question(QUESTION._replace(**fields))


MALFORMED_FIELDS = {
    "a number that is a text": ({"calls": "many"}, "'many' is not a number"),
    "a negative number": ({"calls": "-3"}, "'-3' is not a number"),
    "a number with a point": ({"calls": "3.0"}, "'3.0' is not a number"),
    "a number of other digits": ({"calls": "٣"}, "is not a number"),
    "a huge number": ({"events": "9" * 5000}, "is not a number"),
    "no number": ({"calls": ""}, "'' is not a number"),
    "no calls": ({"calls": "0"}, "contradict"),
    "more calls than events": ({"calls": "5"}, "contradict"),
    "more without ids than events": ({"without_id": "5"}, "contradict"),
    "a day": ({"last_time": "2026-03-07"}, "'2026-03-07' is not a time"),
    "a day that the calendar lacks": ({"last_time": "2026-02-30T09:00:00Z"}, "is not a time"),
    "a time that a spreadsheet wrote": ({"first_time": "07/03/2026 09:00"}, "is not a time"),
    "a time of one end": ({"first_time": ""}, "contradict"),
    "an end before the beginning": ({"last_time": "2026-03-06T09:00:00Z"}, "contradict"),
    "neither true nor false": ({"is_denied": "TRUE"}, "'TRUE' is neither true nor false"),
    "no truth": ({"has_data_events": ""}, "is neither true nor false"),
    "another way to a session": ({"session": "AssumeRoleWithSAML"}, "session contradicts"),
    "an end without a session": ({"session_end": "2026-03-07T09:00:00Z"}, "session contradicts"),
    "a key that was not asked for": ({"key_id": "AKIAANOTHER7EXAMPLE1"}, "'AKIAANOTHER7EXAMPLE1', for which"),
    "calls without a key": ({"key_id": ""}, "no key, but calls"),
    "a row number of another row": ({"line": "1"}, "missing, or are there twice"),
    "another number of rows": ({"lines": "7"}, "missing, or are there twice"),
    "another question": ({"asked": ask(keys=(KEY,))}, "another question than the rows before"),
}


@pytest.mark.parametrize(("fields", "reason"), MALFORMED_FIELDS.values(), ids=MALFORMED_FIELDS)
def test_malformed_fields(read, fields, reason):
    """One of them is enough to refuse the answer, with the number of its row."""
    with pytest.raises(AuditError, match=reason) as error:
        read(format_answer(NOBODY, CALLS, **fields))
    assert "answer.csv: row 2: " in str(error.value)
    assert str(error.value).isprintable()


QUESTIONS = {
    "not JSON": "nonsense",
    "not an object": "[]",
    "nothing": "",
    "deep": "[" * 100_000,
    "of another release": ASKED.replace("usage 1", "usage 2"),
    "a huge number": ASKED.replace('"2026-01-01"', "9" * 100_000),
    "no keys": ASKED.replace('"keys"', '"locks"'),
    "what are not keys": ask(keys=("alice",)),
    "what is not an account": ask(accounts=("1",)),
    "no account": ask(accounts=()),
    "no region": ask(regions=()),
    "another source": ask(source="s3://bucket/\x1b[31m/"),
    "a day of another calendar": ASKED.replace("2026-01-01", "2026-13-01"),
    "another key only": ask(keys=(OTHER,)),
}


@pytest.mark.parametrize("asked", QUESTIONS.values(), ids=QUESTIONS)
def test_malformed_questions(read, asked):
    """An answer to another question, or to none, says nothing of the key."""
    with pytest.raises(AuditError, match=r"row 1: (it does not say what|it answers a query of|Athena was asked for)"):
        read(format_answer({**CALLS, "asked": asked}))


LINES = WHOLE.splitlines(keepends=True)
MALFORMED_FILES = {
    "empty": (b"", "the file is empty"),
    "another header": (WHOLE.replace("key_id", "key"), "columns are not those"),
    "another query": ('"eventname"\n"ListBuckets"\n', "columns are not those"),
    "no header": ("".join(LINES[1:]), "columns are not those"),
    "tabs": (WHOLE.replace(",", "\t"), "it is not CSV"),
    "a column less": (LINES[0] + '"1","1"\n', "it has 2 of 20 columns"),
    "an empty line": (WHOLE + "\n", "it has 0 of 20 columns"),
    "a header twice": (WHOLE + LINES[0], "another question"),
    "an answer twice": (WHOLE + "".join(LINES[1:]), "row 4: rows before it are missing, or are there twice"),
    "a row twice": (WHOLE.replace(LINES[2], LINES[2] * 2), "row 3: rows before it"),
    "a row less at the beginning": (WHOLE.replace(LINES[1], ""), "row 1: rows before it"),
    "a row less in the middle": (WHOLE.replace(LINES[2], ""), "row 2: rows before it"),
    "a row less at the end": ("".join(LINES[:-1]), "it has 2 rows of 3"),
    "rows in another order": (LINES[0] + LINES[2] + LINES[1] + LINES[3], "row 1: rows before it"),
    "not UTF-8": (WHOLE.encode("utf-16"), "it is not UTF-8"),
    "Latin-1": (WHOLE.replace("aws-cli", "é").encode("latin-1"), "it is not UTF-8"),
    "a NUL character": (WHOLE.replace("aws-cli", "\0"), "a NUL character"),
    "a quotation that goes on": (WHOLE.replace('"aws-cli/2.15.30"', '"aws-cli/2.15.30'), "it is not CSV"),
    "a field over the limit of the reader": (WHOLE.replace("aws-cli", "a" * 140_000), "it is not CSV .*field larger"),
    "a row that does not end": (LINES[0] + '"' + "a\n" * 2_000_000, "it is not CSV|a row is too long"),
    "a line that does not end": (LINES[0] + ("," * 4_000_000), "a row is too long"),
}


@pytest.mark.parametrize(("text", "reason"), MALFORMED_FILES.values(), ids=MALFORMED_FILES)
def test_malformed_files(read, text, reason):
    """Each is refused as a whole: nothing that is missing may make a used key look unused."""
    with pytest.raises(AuditError, match=reason) as error:
        read(text)
    assert str(error.value).isprintable()


def test_what_is_not_a_file(tmp_path):
    """A directory, and a path where nothing is, are named."""
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(AuditError, match="cannot be read: "):
            read_answer(str(path), (KEY,))


@given(st.data())
def test_a_part_of_an_answer(tmp_path_factory, data):
    """Cut off anywhere, but for the last line break, an answer is refused."""
    path = tmp_path_factory.mktemp("cut") / "answer.csv"
    path.write_bytes(WHOLE[: data.draw(st.integers(0, len(WHOLE) - 2))].encode())
    with pytest.raises(AuditError):
        read_answer(str(path), (KEY,))


def test_memory_does_not_grow_with_the_file(tmp_path):
    """An answer of many rows is read row by row."""
    path = tmp_path / "answer.csv"
    path.write_bytes(format_answer(*[CALLS] * 5_000).encode())
    tracemalloc.start()
    (usage,) = read_answer(str(path), (KEY,)).usages
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 15_000 == usage.calls.number
    assert path.stat().st_size > 1_500_000
    assert peak < 500_000
