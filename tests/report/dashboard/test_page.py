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
    assert ('<ul class="names">' in page.split("Numbers</h2>")[0]) == (heading == "? Not judged: 1")


@pytest.mark.parametrize(
    ("heading", "changes"),
    [
        ("✓ Everything was judged", {}),
        ("? Not judged: 3", {"summary": {"passed": 1, "unjudged": 3}}),
        ("? Not judged: 2", {"summary": {"passed": 1, "parsing_errors": 2}}),
        ("? Nothing is named as not judged", {"summary": {"passed": 1}}),
        ("✓ Everything that is here was judged", {"modules_not_here": [{"source": "./m", "file": "a.tf", "line": 3}]}),
        ("✓ Everything was judged", {"modules_not_here": ["nonsense", 7]}),
        ("✓ Everything was judged", {"modules_not_here": "nonsense", "audit": "nonsense"}),
    ],
)
def test_what_cannot_be_known(checkov_results, checkov_record, heading, changes):
    """Only results that would name what was not judged say that everything was; plain Checkov's would not."""
    page = page_of({**checkov_results(passed=[checkov_record()]), **changes})
    assert f'<h2 id="not-judged-heading">{heading}</h2>' in re.sub(r"</?span.*?>", "", page)
    assert ("<bdi>./m (a.tf:3)</bdi>" in page) == ("is here" in heading)


def test_a_reason_is_told_once(checkov_results):
    """Five of what has one reason are seen, the others on demand; each account id is kept in one piece."""
    lost = [
        {"address": f"arn:aws:iam::{n:012}:user/*", "account": f"{n:012}", "reason": f"denied in {n:012}"}
        for n in range(12)
    ]
    page = page_of(checkov_results(unjudged=lost)).split("Numbers</h2>")[0]
    assert ["12 accounts: <bdi>denied in (account)</bdi>"] == re.findall("<h3>(.*?)</h3>", page)
    seen, more = page.split("<summary>7 more</summary>")
    assert (5, 7) == (seen.count('<bdi class="account">'), more.count('<bdi class="account">'))


def test_a_check_is_named_once(checkov_results, live_record):
    """The text of the page holds the name of the only check and its benchmarks once, however many findings it has."""
    page = page_of(checkov_results(failed=[live_record(f"user{n}") for n in range(50)]))
    text = page.split('<script type="application/json"')[0]
    for part in ("Ensure IAM users have at most one active access key", "CIS AWS Foundations v5.0: 1.12", "APRA"):
        assert 1 == text.count(part)


def test_several_checks(checkov_results, checkov_record):
    """Each check that failed is a row with its name, its severity and its benchmarks; others are counted."""
    failed = [checkov_record(severity="LOW", benchmarks={"SOC": ["1", "2"]}), checkov_record(check_id="CKV_AWS_2")]
    page = page_of(checkov_results(failed=failed, passed=[checkov_record(check_id="CKV_AWS_3")]))
    section = page.split('id="checks-heading">Checks</h2>')[1].split("</section>")[0]
    assert ["CKV_AWS_1", "Ensure it (LOW) SOC: 1, 2", "CKV_AWS_2", "Ensure it"] == re.findall(
        "<bdi>(.*?)</bdi>", section
    )
    assert "1 check passed everywhere." in section


AUDIT = {
    "tool": "checkov-keys",
    "version": "9.9",
    "checkov_version": "3.3.30",
    "caller": "arn:aws:iam::111122223333:user/auditor",
    "accounts": [
        {"id": "111122223333", "name": "prod", "read_at": "2026-11-24T10:00:12+00:00"},
        {"id": "222233334444", "name": "empty", "read_at": "2026-11-24T10:07:00+00:00"},
        {"id": "333344445555", "name": "", "read_at": None},
        {"name": "without an id"},
        "nonsense",
    ],
}


def test_who_audited(checkov_results, live_record):
    """The page says by whom, when and with what, and names the accounts that have no user."""
    page = page_of({**checkov_results("aws_iam", failed=[live_record()]), "audit": AUDIT})
    text = re.sub("<.*?>", "", page)
    assert (
        "Read 2026-11-24 10:00 to 2026-11-24 10:07 UTC by arn:aws:iam::111122223333:user/auditor "
        "with checkov-keys 9.9 and Checkov 3.3.30."
    ) in text
    section = page.split("Verdicts by account</h2>")[1].split("</section>")[0]
    assert ["2026-11-24 10:00", "2026-11-24 10:07", "not read"] == re.findall('"read">([^<]*)</td>', section)
    assert "<dt>Accounts</dt><dd>3</dd>" in page


@pytest.mark.parametrize("audit", [{}, {"accounts": "x"}, {"accounts": [{"id": 7}], "caller": ["x"], "version": None}])
def test_audits_that_say_little(checkov_results, live_record, audit):
    """What is missing, or of another type, is left out."""
    page = page_of({**checkov_results("aws_iam", failed=[live_record()]), "audit": audit})
    assert "<dt>Accounts</dt>" in page


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
