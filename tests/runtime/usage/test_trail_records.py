"""The text of a log file: the calls of a key are found however it is written and cut, and damage is told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain.usage import Call, CallGroups
from checkov_keys.runtime.usage.events import read_call
from checkov_keys.runtime.usage.key_search import KeySearch
from checkov_keys.runtime.usage.trail_records import read_records
from checkov_keys.runtime.usage.trail_text import UnreadableError

KEY, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAOTHER7KEYEXAMPLE"
SEARCH = KeySearch([KEY])


def read(*texts, search=SEARCH):
    """What is found in a text that comes in these pieces."""
    return read_records(lambda: iter(texts), search)


def count(reading):
    """How many calls were found."""
    return sum(len(group.fingerprints) for _, group in reading.groups)


def list_groups(groups):
    """Groups in an order, and as values that can be compared."""
    return sorted(
        (str(name), sorted(group.fingerprints), group.first, group.last, group.agents) for name, group in groups
    )


def read_naively(text, keys):
    """The calls in a text by Python's own JSON, all of it at once."""
    groups = CallGroups()
    for record in json.loads(text)["Records"]:
        call = read_call(record, keys)
        if isinstance(call, Call):
            groups.add(call)
    return groups


WRITTEN = {
    "as CloudTrail writes it": {"separators": (",", ":")},
    "with spaces": {},
    "with spaces behind commas": {"separators": (", ", ":")},
    "with spaces behind colons": {"separators": (",", ": ")},
    "on many lines": {"indent": 2},
    "sorted": {"separators": (",", ":"), "sort_keys": True},
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("piece", [1, 7, 100, 10**6])
def test_however_it_is_written_and_cut(make_record, written, piece):
    """Two of four records are of the key."""
    records = [make_record(key, eventID=str(number)) for number, key in enumerate([OTHER, KEY, KEY, OTHER])]
    text = json.dumps({"Records": records}, **written).encode()
    reading = read(*(text[start : start + piece] for start in range(0, len(text), piece)))
    assert (2, 4, "") == (count(reading), reading.events, reading.fault)


SILENT = {
    "no records": (b'{"Records":[]}', 0),
    "no records, with spaces": (b' { "Records" : [ ] } \n', 0),
    "records that are not objects": (b'{"Records":[1,"x",null,[]]}', 4),
    "an empty list behind another": (b'{"Records":[{}]}\n{"Records":[]}', 1),
}


@pytest.mark.parametrize(("text", "events"), SILENT.values(), ids=SILENT)
def test_nothing_of_the_key(text, events):
    """They are read to their end, and there is nothing."""
    reading = read(text)
    assert (0, events, "") == (count(reading), reading.events, reading.fault)


UNREADABLE = {
    "a digest": (b'{"awsAccountId":"111122223333","digestS3Object":"x"}', "not a log file of CloudTrail"),
    "another JSON": (b'[{"Records":[]}]', "not a log file of CloudTrail"),
    "no JSON": (b"2026-03-07 09:00:00 GET /", "not a log file of CloudTrail"),
    "no text": (b"", "not a log file of CloudTrail"),
    "blanks without end": (b" " * 10_000, "not a log file of CloudTrail"),
    "UTF-16": ('{"Records":[]}'.encode("utf-16"), "not a log file of CloudTrail"),
    "records that are an object": (b'{"Records":{}}', "not a log file of CloudTrail"),
    "something behind the list": (b'{"Records":[{}],"next":["]"]}', "something else follows the list of records"),
    "something behind the object": (b'{"Records":[{}]} and more', "something else follows the list of records"),
    "the object does not end": (b'{"Records":[{}]', "something else follows the list of records"),
    "cut within a record": (b'{"Records":[{"eventVersion":"1.08","userI', "the list of records does not end"),
    "cut behind a record": (b'{"Records":[{"eventVersion":"1.08"}', "the list of records does not end"),
    "not JSON": (b'{"Records":[{"eventVersion"="AKIAIOSFODNN7EXAMPLE"}]}', "the list of records does not end"),
    "not UTF-8": (b'{"Records":[{"userAgent":"\xff","k":"AKIAIOSFODNN7EXAMPLE"}]}', "the text is not UTF-8"),
    "nested without end": (b'{"Records":["AKIAIOSFODNN7EXAMPLE",' + b"[" * 200_000, "a record is nested too deeply"),
}


@pytest.mark.parametrize(("text", "fault"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read(text, fault):
    """It is told, and nothing raises, in one piece or in many."""
    assert fault == read(text).fault
    assert fault == read(*(text[start : start + 5000] for start in range(0, len(text), 5000))).fault


def test_a_fault_on_the_way(make_record, write_log):
    """What was found before it is found."""
    text = write_log(*(make_record(eventID=str(number)) for number in range(10)))

    def open_text():
        yield text[: len(text) // 2]
        raise UnreadableError("the gzip data ends early")

    reading = read_records(open_text, SEARCH)
    assert ("the gzip data ends early", True) == (reading.fault, 3 <= count(reading) == reading.events <= 5)


def test_a_disk_that_fails():
    """The reason is the system's."""

    def open_text():
        raise OSError(5, "Input/output error")
        yield

    assert "Input/output error" == read_records(open_text, SEARCH).fault


def test_records_within_records(make_record, write_log):
    """What looks like the beginning of a record, within one, is not taken for one."""
    inner = [{"eventVersion": "1", "userIdentity": {"accessKeyId": KEY}}] * 2
    text = write_log(make_record(OTHER), make_record(OTHER, requestParameters={"list": inner}), make_record(KEY))
    quoted = write_log(make_record(OTHER, userAgent='"},{"eventVersion":"1","userIdentity":{"accessKeyId":"' + KEY))
    assert [(1, 3, ""), (0, 1, "")] == [(count(got), got.events, got.fault) for got in (read(text), read(quoted))]


def test_files_behind_one_another(make_record, write_log):
    """Whoever puts files together has all their records, those of the last one too."""
    texts = [write_log(make_record(OTHER), make_record(eventID=str(number))) for number in range(3)]
    assert [(3, ""), (3, "")] == [(count(got), got.fault) for got in (read(b"".join(texts)), read(*texts))]
    assert (3, 6) == (count(read(b"\n".join(texts))), read(b"\n".join(texts)).events)


def test_an_escaped_key(make_record, write_log):
    """JSON may write any letter by its number."""
    text = write_log(make_record(OTHER), make_record(), make_record(OTHER)).replace(b"AKIAIO", rb"\u0041KIAIO")
    assert (1, "") == (count(read(text)), read(text).fault)


def test_a_number_of_a_million_digits(make_record, write_log):
    """It takes no time, since nobody reads it as a number."""
    text = write_log(make_record(requestParameters={"number": 1234567})).replace(b"1234567", b"9" * 1_000_000)
    assert (1, "") == (count(read(text)), read(text).fault)


@pytest.mark.parametrize(
    ("fields", "has"),
    [({}, False), ({"managementEvent": False, "eventCategory": "Data"}, True), ({"managementEvent": False}, True)],
)
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_data_events(make_record, fields, has, written):
    """Whether there are any, of any key."""
    text = json.dumps({"Records": [make_record(OTHER), make_record(OTHER, **fields)]}, **written).encode()
    assert has is read(text).has_data_events


TEXTS = st.one_of(
    st.text(max_size=20), st.sampled_from(['},{"eventVersion":', KEY, f'"{KEY}"', "]}", "\\", '\\"', "é"])
)
VALUES = st.recursive(TEXTS, lambda values: st.lists(values, max_size=3) | st.dictionaries(TEXTS, values, max_size=3))
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"eventVersion": st.just("1.08")},
        optional={
            "userIdentity": st.fixed_dictionaries({"accessKeyId": st.sampled_from([KEY, OTHER]), "userName": TEXTS}),
            "userAgent": TEXTS,
            "eventID": TEXTS,
            "requestParameters": VALUES,
        },
    ),
    max_size=8,
)


@given(RECORDS, st.sampled_from(list(WRITTEN.values())), st.booleans(), st.integers(1, 400), st.sampled_from([1, 9]))
def test_the_same_as_a_naive_reader(records, written, ascii_only, piece, keys):
    """Any record, written and cut in any way: the calls are those that Python's own JSON finds."""
    text = json.dumps({"Records": records}, ensure_ascii=ascii_only, **written).encode("utf-8", "replace")
    search = KeySearch([KEY, *(f"AKIAANOTHERKEY{number:06}" for number in range(keys - 1))])
    reading = read(*(text[start : start + piece] for start in range(0, len(text), piece)), search=search)
    assert "" == reading.fault
    # Within what is not parsed, records are counted by how CloudTrail begins them.
    if all(next(iter(record)) == "eventVersion" for record in records):
        assert len(records) == reading.events
    assert list_groups(read_naively(text, search.keys)) == list_groups(reading.groups)
