"""Who uses a key, as JSON, CSV and GitHub's Markdown."""

import csv
import io
import json

import pytest

from checkov_keys.report.usage.usage_csv import COLUMNS, format_csv
from checkov_keys.report.usage.usage_json import format_json
from checkov_keys.report.usage.usage_markdown import format_markdown

FIRST, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"
ODD = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r\n=1",
    "a|b",
    "`code` | [link](http://x) ![i](y)",
    "<script>alert(1)</script>",
    "@everyone",
    "www.example.com",
    "**b** _i_ ~~s~~ #12 :tada: $x$",
    "\\",
    "`",
    "a\\|b",
    "\x1b[31mred\x1b[0m",
    "\ud800",
    "\u202e",
    '"quoted", and; more',
]


def read_csv(report):
    text = format_csv(report)
    assert text.splitlines()[0] == ",".join(COLUMNS)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_for_each_caller(make_report):
    """Each caller of each key is a row, and so are a key without callers and a gap."""
    rows = read_csv(make_report({}, {}, {"agent": "Terraform/1"}, gaps=[("us-east-1", "denied")]))
    assert [(OTHER, ""), (FIRST, "AWS CLI v2"), (FIRST, "Terraform"), ("", "")] == [
        (row["key id"], row["family"]) for row in rows
    ]
    assert ["no call seen", "seen", "seen", "NOT READ"] == [row["sight"] for row in rows]
    assert ["0", "2", "1", ""] == [row["calls"] for row in rows]
    assert "us-east-1: denied" == rows[-1]["not read"]
    assert {"111122223333"} == {row["account"] for row in rows}


@pytest.mark.parametrize("odd", ODD)
def test_no_cell_is_a_formula(make_report, odd):
    """Whatever others wrote, no spreadsheet calculates it, and no row is broken."""
    calls = [{"agent": odd, "address": odd, "name": odd, "region": odd}, {"service": odd}]
    rows = read_csv(make_report(*calls, gaps=[(odd, odd)], user=odd))
    assert 4 == len(rows)
    cells = [cell for row in rows for cell in row.values()]
    assert [] == [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [] == [cell for cell in cells if not cell.isprintable()]


def test_no_cell_is_too_long(make_report):
    """A caller with a thousand long actions fits into a cell of Excel."""
    calls = [{"name": f"{number:04}" + "a" * 100} for number in range(1200)]
    (row,) = [row for row in read_csv(make_report(*calls)) if row["key id"] == FIRST]
    assert 25_000 < len(row["actions"]) < 32_768
    shown, _, more = row["actions"].rpartition("; and ")
    assert 1200 == len(shown.split("; ")) + int(more.split()[0])


@pytest.mark.parametrize("odd", ODD)
def test_json_holds_what_is_there(make_report, odd):
    """JSON is ASCII that any program reads, without what cannot be printed."""
    calls = [{"agent": odd, "address": odd, "name": odd, "region": odd, "session": odd}, {"service": odd}]
    text = format_json(make_report(*calls, gaps=[(odd, odd)]))
    assert text.isascii()
    report = json.loads(text)
    (key,) = [key for key in report["access_keys"] if key["id"] == FIRST]
    assert 2 == len(key["callers"])
    assert all(agent.isprintable() for caller in key["callers"] for agent in caller["user_agents"])
    assert 1 == len(report["not_read"])


def test_json_without_addresses(make_report):
    """What is left out is null, and that it was left out is said."""
    report = json.loads(format_json(make_report({}, shows_addresses=False)))
    (key,) = [key for key in report["access_keys"] if key["id"] == FIRST]
    assert (None, True) == (key["callers"][0]["address"], report["addresses_left_out"])


def parse(text):
    """The tokens of GitHub's Markdown, by an independent parser of CommonMark with tables."""
    parser = pytest.importorskip("markdown_it").MarkdownIt("gfm-like", {"html": True, "linkify": False})
    tokens = parser.parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def test_a_table_for_each_key(make_report):
    """Callers are rows of a table, and the rest is headings, sentences and lists."""
    text = format_markdown(make_report({}, {"agent": "my-tool/1"}, gaps=[("us-east-1", "denied")], sampled=["a"]))
    assert f"### {FIRST} (Active)\n\nSeen until 2026-11-29.\n\n| Caller " in text
    assert "### Not read\n\n- us-east-1: `denied`" in text
    tokens = parse(text)
    assert 2 == sum(token.type == "table_open" for token in tokens)
    cells = [token.type for token in tokens].count("td_open")
    assert 2 * 6 + 2 * 4 == cells


def test_a_column_for_each_key(make_report):
    """Who uses which key is a table; whoever uses several comes first."""
    calls = [{}, {"key": OTHER}, {"agent": "Terraform/1"}]
    text = format_markdown(make_report(*calls))
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    day = "until 2026-11-29"
    assert [["Caller", "From", OTHER, FIRST], ["AWS CLI v2", day, day], ["Terraform", "", day]] == [
        table[-4],
        [table[-2][0], *table[-2][2:]],
        [table[-1][0], *table[-1][2:]],
    ]


@pytest.mark.parametrize("odd", ODD)
def test_nothing_that_others_wrote_is_markup(make_report, odd):
    """It is text or code: no link, image, HTML, mention, or end of a cell."""
    calls = [
        {"agent": odd, "address": odd, "name": odd, "region": odd, "session": odd},
        {"address": "", "service": odd},
    ]
    text = format_markdown(make_report(*calls, gaps=[("us-east-1", odd)]))
    tokens = parse(text)
    rows = [token.type for token in tokens].count("tr_open")
    cells = [token.type for token in tokens].count("td_open")
    assert (6, 2 * 6 + 2 * 4) == (rows, cells)
    assert [] == [token.type for token in tokens if token.type in {"link_open", "image", "html_inline", "html_block"}]
    families = [token.content for token in tokens if token.type == "code_inline"]
    assert families
    assert text.replace("\n", "").isprintable()


def test_a_ticket_takes_it(make_report):
    """A thousand callers fit into a comment of GitHub, and those that are not shown are counted."""
    calls = [{"address": f"2001:db8::{number:x}", "name": f"Describe{'Things' * 5}{number}"} for number in range(1000)]
    text = format_markdown(make_report(*calls))
    assert len(text) < 65_536
    assert "And 950 other callers" in text
