"""The page as text: what cannot break it, and what it says first."""

import base64
import hashlib
import json
import re
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest

from checkov_keys.report.dashboard.figures import DashboardNumbers
from checkov_keys.report.dashboard.page import Source, render_page
from checkov_keys.report.dashboard.results import read_results

MADE = datetime(2026, 11, 25, 9, 30, tzinfo=timezone.utc)
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    "]]>",
    "</style>",
    "</title>",
    "</noscript><b>",
    '"><svg onload=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;",
    "\u2028\u2029",
    "\x1b[31mred\x1b]8;;https://example.com\x07",
    "\u202egnp.exe",
    "\ud800",
    "\x00",
    "x" * 10_000,
]


class Elements(HTMLParser):
    """The elements of a page: (tag, attributes), and the text inside each kind of element."""

    def __init__(self, page):
        super().__init__()
        self.found, self.open, self.text = [], "", {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.open = f"{tag}#{dict(attrs).get('id')}"

    def handle_data(self, data):
        self.text[self.open] = self.text.get(self.open, "") + data

    def tags(self):
        return [tag for tag, _ in self.found]


def page_of(*results, source="a.json"):
    numbers = DashboardNumbers()
    for each in read_results(json.dumps(results).encode(), source):
        numbers.add(each)
    return render_page(numbers, [Source(source, numbers.total > 0)], MADE)


def everywhere(text, checkov_results, checkov_record, live_record):
    """Results that hold a text wherever results hold one."""
    failed = checkov_record(
        check_id=text,
        check_name=text,
        resource=text,
        severity=text,
        repo_file_path=text,
        file_line_range=[text, text],
        guideline=f"https://example.com/{text}",
        code_block=[[1, text]],
        caller_file_path=text,
        description=text,
        vulnerability_details={"package_name": text},
        details=[text],
    )
    live = live_record(text, account=text, account_name=text, note=text, console=text, proposal={"sentence": text})
    live["access_keys"] = [dict.fromkeys(live["access_keys"][0], text)]
    unjudged = [{"address": text, "reason": text, "account": text, "account_name": text}]
    return [
        checkov_results(text, failed=[failed], skipped=[checkov_record(text)], parsing_errors=[text]),
        checkov_results("aws_iam", failed=[live], passed=[live], unjudged=unjudged),
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_text_is_never_markup(checkov_results, checkov_record, live_record, text):
    """A page of hostile names has the elements of one with harmless names, and no character that is not shown."""
    text = f"a{text}z"
    hostile = page_of(*everywhere(text, checkov_results, checkov_record, live_record), source=text)
    harmless = page_of(*everywhere("x", checkov_results, checkov_record, live_record), source="x")
    assert Elements(harmless).tags() == Elements(hostile).tags()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", hostile)
    findings = json.loads(Elements(hostile).text["script#data"])["findings"]
    assert 6 == len(findings)


def test_the_policy_covers_what_is_there(checkov_results, checkov_record):
    """The hashes of the policy are those of the only script that runs and of the only style."""
    page = page_of(checkov_results(failed=[checkov_record()]))
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="(.*?)"', page)
    for directive, pattern in (("script-src", r"<script>(.*?)</script>"), ("style-src", r"<style>(.*?)</style>")):
        (text,) = re.findall(pattern, page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} &#39;sha256-{digest}&#39;" in policy
    for directive in ("default-src &#39;none&#39;", "base-uri &#39;none&#39;", "form-action &#39;none&#39;"):
        assert directive in policy
    assert "unsafe" not in policy


def test_nothing_is_fetched_and_nothing_is_inline(checkov_results, checkov_record, live_record):
    """No element names another file, and none has a handler or a style of its own."""
    page = page_of(checkov_results(failed=[checkov_record(), live_record()]))
    for tag, attributes in Elements(page).found:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset")], tag
        assert attributes.get("href", "#").startswith(("#", "data:,")), tag


UNREAD = {"address": "arn:aws:iam::222:user/*", "reason": "AccessDenied", "account": "222", "account_name": "dev"}


@pytest.mark.parametrize(
    ("heading", "results"),
    [
        ("✓ Everything was judged", {"passed": 1}),
        ("✓ Everything was judged", {"failed": 1}),
        ("? Nothing was judged", {}),
        ("? Not judged: 1", {"unjudged": [UNREAD]}),
        ("? Not judged: 1", {"passed": 1, "parsing_errors": ["/broken.tf"]}),
    ],
)
def test_what_it_says_first(checkov_results, checkov_record, heading, results):
    """What was not judged stands above everything else; that nothing was is no all-clear."""
    lists = {name: [checkov_record()] * value if value == 1 else value for name, value in results.items()}
    page = page_of(checkov_results(**lists))
    headings = re.findall(r"<h2.*?>(.*?)</h2>", page)
    assert heading == re.sub(r"<.*?>", "", headings[0])
    assert ("<th scope=" in page.split("Numbers</h2>")[0]) == ("unjudged" in results or "parsing_errors" in results)


def test_what_quiet_leaves_out(checkov_results):
    """Failed checks that are counted and not named are no all-clear."""
    page = page_of({**checkov_results(), "summary": {"failed": 2, "parsing_errors": 1}})
    assert "named nowhere in the results: 2 failed checks, 1 not judged." in page


def test_the_readers_without_javascript(checkov_results, checkov_record, live_record):
    """Failed findings, what to do about them, and suppressed ones with their reasons are in the text itself."""
    page = page_of(checkov_results(failed=[live_record()], skipped=[checkov_record("SES needs two")]))
    (table,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert "alice" in table
    assert "Turn off AKIAALICE11111." in table
    assert "SES needs two" in page.split("Suppressed findings</h2>")[1].split("</section>")[0]


def test_long_lists(checkov_results, checkov_record):
    """Twenty files are seen at once, those with the most failed checks first, the others on demand."""
    failed = [checkov_record(repo_file_path=f"/{n:02}.tf") for n in range(30) for _ in range(n + 1)]
    page = page_of(checkov_results(failed=failed, passed=[checkov_record(repo_file_path="/clean.tf")]))
    seen, more = page.split("Verdicts by file</h2>")[1].split("</section>")[0].split("<summary>10 more</summary>")
    assert [f"/{n:02}.tf" for n in range(29, 9, -1)] == re.findall(r"<bdi>(.*?)</bdi>", seen)
    assert [f"/{n:02}.tf" for n in range(9, -1, -1)] == re.findall(r"<bdi>(.*?)</bdi>", more)
    assert "In 1 file every check passed." in page
