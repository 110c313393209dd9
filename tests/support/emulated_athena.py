"""DuckDB in the place of Amazon Athena: it runs our query over records of CloudTrail, and writes CSV as Athena does."""

import json
from functools import lru_cache

import duckdb
import sqlglot

_COLUMNS = {
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "requestParameters",
    "responseElements",
    "eventID",
    "sharedEventID",
    "eventCategory",
    "managementEvent",
}
_NAMES = sorted(_COLUMNS)
_PARTITIONS = ("account", "region", "day", "timestamp")


class EmulatedAthena:
    """A table with the columns that AWS documents, and what its SerDe makes of records: texts, or else JSON."""

    def __init__(self, table):
        self._database = duckdb.connect(config={"threads": 1})
        self._database.execute("SET TimeZone = 'UTC'")
        database, _, name = table.rpartition(".")
        self._table = f'"{database}"."{name}"' if database else f'"{name}"'
        if database:
            self._database.execute(f'CREATE SCHEMA "{database}"')
        columns = [f'"{name.lower()}" VARCHAR' for name in (*_NAMES, *_PARTITIONS)]
        columns.insert(0, "useridentity STRUCT(accesskeyid VARCHAR, invokedby VARCHAR)")
        self._database.execute(f"CREATE TABLE {self._table} ({', '.join(columns)})")

    def load(self, records, account="111122223333", region="us-east-1", day="2026/03/07"):
        """Put records into the partition of an account, a region and a day, in place of all that was there."""
        self.empty()
        self.add(records, account, region, day)

    def empty(self):
        """Leave nothing in the table."""
        self._database.execute(f"DELETE FROM {self._table}")  # noqa: S608  # our own name

    def add(self, records, account="111122223333", region="us-east-1", day="2026/03/07"):
        """Put more records into a partition."""
        rows = []
        for record in records:
            identity = record.get("userIdentity")
            identity = identity if isinstance(identity, dict) else {}
            texts = [_make_text(identity.get(name)) for name in ("accessKeyId", "invokedBy")]
            rows.append([*texts, *(_make_text(record.get(name)) for name in _NAMES), account, region, day, day])
        if rows:
            marks = ", ".join("?" for _ in (*_NAMES, *_PARTITIONS))
            self._database.executemany(
                f"INSERT INTO {self._table} VALUES ({{'accesskeyid': ?, 'invokedby': ?}}, {marks})",  # noqa: S608
                rows,
            )

    def ask(self, query):
        """Return the CSV that answers a query of Trino."""
        answer = self._database.execute(_translate(query))
        rows = [[column[0] for column in answer.description], *answer.fetchall()]
        return "".join(",".join(map(_quote, row)) + "\n" for row in rows)


@lru_cache(maxsize=32)
def _translate(query):
    (translated,) = sqlglot.transpile(query, read="trino", write="duckdb")
    return translated


def _make_text(value):
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _quote(value):
    doubled = str(value).replace('"', '""')
    return "" if value is None else f'"{doubled}"'
