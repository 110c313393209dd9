"""The statements for Athena: what they ask for, and that nothing in a flag can become a part of them."""

import json
from datetime import date

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from checkov_keys.domain.errors import UsageError
from checkov_keys.runtime.usage.athena_query import COLUMNS, Question, describe_question, format_query
from checkov_keys.runtime.usage.athena_table import TrailLocation, format_create_table, name_table, read_location

KEY = "AKIAIOSFODNN7EXAMPLE"
ROOT = "s3://bucket/AWSLogs/"
QUESTION = Question((KEY,), None, ROOT, date(2026, 1, 1), date(2026, 1, 31), ("111122223333",), ("us-east-1",))
DIALECTS = ("trino", "athena")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_both_statements_are_sql(dialect):
    """A parser of Athena's language reads each as one statement."""
    (query,) = sqlglot.parse(format_query(QUESTION), dialect=dialect)
    (table,) = sqlglot.parse(format_create_table(read_location(ROOT)), dialect=dialect)
    assert ["SELECT", "CREATE"] == [statement.key.upper() for statement in (query, table)]
    assert list(COLUMNS) == query.named_selects
    assert "EXTERNAL" in table.sql(dialect=dialect)


def test_the_table_of_a_trail():
    """Accounts and regions are those that a query names; the days begin with CloudTrail; no record is passed over."""
    table = format_create_table(read_location("s3://bucket/AWSLogs/111122223333/CloudTrail/eu-west-1"))
    properties = dict(
        line.strip(" ,").replace("'", "").split("=", 1) for line in table.splitlines() if line.startswith("  '")
    )
    assert {
        "projection.enabled": "true",
        "projection.account.type": "injected",
        "projection.region.type": "injected",
        "projection.day.type": "date",
        "projection.day.format": "yyyy/MM/dd",
        "projection.day.range": "2013/11/01,NOW",
        "projection.day.interval": "1",
        "projection.day.interval.unit": "DAYS",
        "storage.location.template": "s3://bucket/AWSLogs/${account}/CloudTrail/${region}/${day}",
    } == properties
    assert "\nLOCATION 's3://bucket/AWSLogs/'\n" in table
    assert "ignore.malformed.json" not in table


def test_the_name_of_the_table():
    """A table of that name is the one that the statement makes, since another place has another name."""
    names = [name_table(root) for root in (ROOT, "s3://bucket/prefix/AWSLogs/", "s3://bucket/AWSLogs/o-exampleorgid/")]
    assert 3 == len(set(names))
    assert f"CREATE EXTERNAL TABLE IF NOT EXISTS {names[0]} (" in format_create_table(read_location(ROOT))
    assert f'FROM "{names[0]}"\n' in format_query(QUESTION)


def test_columns_of_the_query_are_in_the_table():
    """Whatever the query reads is a column, or a partition, of the table that is made for it."""
    (table,) = sqlglot.parse(format_create_table(read_location(ROOT)), dialect="trino")
    made = {column.name for column in table.find_all(sqlglot.exp.ColumnDef)}
    events = next(sqlglot.parse_one(format_query(QUESTION), dialect="trino").find_all(sqlglot.exp.CTE)).this
    read = {column.parts[0].name for column in events.find_all(sqlglot.exp.Column)}
    assert {"useridentity", "managementevent", "account", "region", "day"} <= read
    assert set() == read - made


def test_a_table_that_is_there():
    """The columns of AWS's documentation are read, which has the day as "timestamp", and no managementEvent."""
    query = format_query(Question((KEY,), "logs.trail-1.cloudtrail", "", date(2026, 1, 1)))
    assert 'FROM "logs"."trail-1"."cloudtrail"\n  WHERE "timestamp" >= \'2026/01/01\'\n)' in query
    assert "managementevent" not in query
    assert "WHERE" not in format_query(Question((KEY,), "cloudtrail"))


def test_early_days():
    """A year has four digits, so that texts are in the order of days."""
    assert "day >= '0001/01/01'" in format_query(QUESTION._replace(first=date(1, 1, 1)))


LOCATIONS = {
    "the logs of several accounts": ("s3://bucket/AWSLogs/", ("s3://bucket/AWSLogs/", "", "")),
    "without a slash": ("s3://bucket/AWSLogs", ("s3://bucket/AWSLogs/", "", "")),
    "with a prefix": ("s3://my.bucket-1/a/b_c/AWSLogs/", ("s3://my.bucket-1/a/b_c/AWSLogs/", "", "")),
    "an organization": (
        "s3://bucket/AWSLogs/o-exampleorgid/",
        ("s3://bucket/AWSLogs/o-exampleorgid/", "", ""),
    ),
    "an organization in Control Tower": (
        "s3://bucket/o-exampleorgid/AWSLogs/o-exampleorgid/111122223333",
        ("s3://bucket/o-exampleorgid/AWSLogs/o-exampleorgid/", "111122223333", ""),
    ),
    "an account": ("s3://bucket/AWSLogs/111122223333/", ("s3://bucket/AWSLogs/", "111122223333", "")),
    "its trail": ("s3://bucket/AWSLogs/111122223333/CloudTrail/", ("s3://bucket/AWSLogs/", "111122223333", "")),
    "a region": (
        "s3://bucket/AWSLogs/111122223333/CloudTrail/us-gov-west-1/",
        ("s3://bucket/AWSLogs/", "111122223333", "us-gov-west-1"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), LOCATIONS.values(), ids=LOCATIONS)
def test_locations(text, expected):
    """What an address tells: where the trails are, of which account and region."""
    assert TrailLocation(*expected) == read_location(text)


MALFORMED_LOCATIONS = {
    "nothing": "",
    "a directory": "logs/AWSLogs",
    "another scheme": "https://bucket/AWSLogs/",
    "no logs": "s3://bucket/logs/",
    "a bucket in capitals": "s3://Bucket/AWSLogs/",
    "digests": "s3://bucket/AWSLogs/111122223333/CloudTrail-Digest/",
    "a day": "s3://bucket/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/",
    "an account that is too short": "s3://bucket/AWSLogs/11112222333/",
    "other digits": "s3://bucket/AWSLogs/١١١١٢٢٢٢٣٣٣٣/",
    "a quotation mark": "s3://bucket/a'b/AWSLogs/",
    "a part of a template": "s3://bucket/${day}/AWSLogs/",
    "a line break": "s3://bucket/AWSLogs/\n",
    "a line break within": "s3://bucket/a\nb/AWSLogs/",
    "a comment": "s3://bucket/--/AWSLogs/;",
    "two slashes": "s3://bucket//AWSLogs/",
    "a long one": f"s3://bucket/{'a/' * 100_000}AWSLogs/",
}


@pytest.mark.parametrize("text", MALFORMED_LOCATIONS.values(), ids=MALFORMED_LOCATIONS)
def test_malformed_locations(text):
    """Each is refused in one line that shows what an address looks like."""
    with pytest.raises(UsageError, match="is not where a trail lies, such as s3://bucket/AWSLogs/") as error:
        read_location(text)
    assert str(error.value).isprintable()


NASTY = ("", "'", '"', "' OR 1=1 --", "a;b", "\n", "\\", "\0", "${day}", "{keys}", "--", "/*", "a'b", "a b", "é")
KINDS = {
    "a key": (lambda text: QUESTION._replace(keys=(text,)), "is not the id of an access key"),
    "an account": (lambda text: QUESTION._replace(accounts=(text,)), "is not the id of an account"),
    "a region": (lambda text: QUESTION._replace(regions=(text,)), "is not the name of a region"),
    "a table": (lambda text: Question((KEY,), text), "is not the name of a table"),
}


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize(("ask", "reason"), KINDS.values(), ids=KINDS)
def test_what_is_not_a_name(ask, reason, text):
    """It is refused in one line, whatever statement it would have become a part of."""
    with pytest.raises(UsageError, match=reason) as error:
        format_query(ask(text))
    assert str(error.value).isprintable()


@settings(deadline=None, max_examples=50)
@given(st.text("ab01_-.\"';` \n", max_size=8))
def test_no_table_ends_its_quotation(name):
    """Whatever text is taken for the name of a table is between two quotation marks."""
    try:
        query = format_query(Question((KEY,), name))
    except UsageError:
        return
    table = next(sqlglot.parse_one(query, dialect="trino").find_all(sqlglot.exp.CTE)).find(sqlglot.exp.Table)
    assert name == ".".join(part.name for part in table.parts)


def test_a_query_that_is_too_long():
    """Athena would refuse it."""
    keys = tuple(f"AKIA{number:016}" for number in range(6000))
    with pytest.raises(UsageError, match="longer than Athena allows"):
        format_query(QUESTION._replace(keys=keys))


def test_the_question_is_told():
    """Every row of the answer carries what was asked, so that the report need not guess."""
    assert {
        "query": "checkov-keys usage 1",
        "keys": [KEY],
        "table": None,
        "source": ROOT,
        "first": "2026-01-01",
        "last": "2026-01-31",
        "accounts": ["111122223333"],
        "regions": ["us-east-1"],
    } == json.loads(describe_question(QUESTION))
    assert f"'{describe_question(QUESTION)}' AS asked" in format_query(QUESTION)
