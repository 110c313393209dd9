"""A finding on the page in a real browser: its link, its command, its keys, and how it reads on a phone."""

import pytest
from page_texts import read_column, read_status
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}
KEY = "AKIAIOSFODNN7EXAMPLE"
COMMAND = f"aws iam update-access-key --user-name alice --access-key-id {KEY} --status Inactive"


@pytest.fixture
def proposed(checkov_results, live_record):
    """Results of one violating user, with a key to turn off."""
    record = live_record(proposal={"key": KEY, "sentence": f"Turn off {KEY}: it was never used."})
    record["access_keys"][1]["id"] = KEY
    return checkov_results("aws_iam", failed=[record])


def test_the_key_to_turn_off(open_page, proposed):
    """It stands out in the list, and is marked among the keys of the user."""
    page = open_page(proposed)
    assert [KEY] == page.locator("#rows strong").all_inner_texts()
    page.get_by_role("button", name="alice").click()
    rows = page.get_by_role("dialog").get_by_role("row")
    assert [False, False, True] == ["turn off" in text for text in rows.all_inner_texts()]
    assert KEY in rows.nth(2).inner_text()


def test_who_uses_which_key(open_page, checkov_results, live_record):
    """Below the table of keys is who uses each of those that event history was asked about, as text."""
    span = {"number": 1, "first": "2026-11-21T00:00:00+00:00", "last": "2026-11-21T00:00:00+00:00"}
    action = {"service": "s3.amazonaws.com", "action": "ListBuckets", "region": "eu-west-1"}
    caller = {"family": "<b>", "address": "203.0.113.9", "service": None, "calls": span, "denied": {"number": 0}}
    record = live_record()
    record["access_keys"][1] |= {
        "id": KEY,
        "usage": {"sentence": "Seen.", "is_exact": True, "callers": [{**caller, "actions": [action]}]},
    }
    page = open_page(checkov_results("aws_iam", failed=[record]))
    page.get_by_role("button", name="alice").click()
    said = page.get_by_role("dialog").locator("dl", has_text=f"Who uses {KEY}").last
    assert [
        f"Who uses {KEY}",
        "Seen.",
        "<b>, 203.0.113.9: exactly 1 call, 2026-11-21. s3:ListBuckets (eu-west-1)",
    ] == said.inner_text().splitlines()


def test_copying(open_page, proposed):
    """The command and the link are copied as they are, and a screen reader hears so."""
    page = open_page(proposed)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="alice").click()
    for what in ("command", "link"):
        button = page.get_by_role("button", name=f"Copy the {what}")
        button.click()
        expect(page.get_by_role("dialog").get_by_role("status")).to_have_text(f"Copied the {what}")
        expect(button).to_have_text("Copied")
        text = page.evaluate("navigator.clipboard.readText()")
        assert text == (COMMAND if what == "command" else page.url)


def test_copying_without_permission(open_page, proposed):
    """The command is selected, to be copied by hand."""
    page = open_page(proposed)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); }")
    page.get_by_role("button", name="alice").click()
    page.get_by_role("button", name="Copy the command").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("Selected: copy it with the keyboard")
    assert page.evaluate("String(getSelection())") == COMMAND


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        (
            ["User\ndeployer", "Other keys\nk.b (a.tf:5)"],
            {
                "iam_user": "deployer",
                "other_keys": [{"address": "k.b", "file": "a.tf", "line": 5}],
            },
        ),
        (
            [
                "Who sees it\nEverybody sees it.",
                "Way\nThe secret of k.b in value\nk.b.secret (a.tf:5)\noutput.x\nCheck",
            ],
            {
                "exposure_reason": "Everybody sees it.",
                "exposed_secrets": [
                    {
                        "key": "k.b",
                        "attribute": "secret",
                        "argument": "value",
                        "way": [{"text": "k.b.secret", "file": "a.tf", "line": 5}, {"text": "output.x"}],
                    }
                ],
            },
        ),
        (["Command\ncheckov-keys fix a.tf\nCopy"], {"remedy": "Turn one off: checkov-keys fix a.tf"}),
        (["Benchmarks\nSOC: 1\nAPRA"], {"benchmarks": {"SOC": [{"name": "1"}], "APRA": []}}),
        (["Benchmarks\nSOC: 1"], {"benchmarks": {"SOC": ["1"]}}),
        (["Benchmarks\nnonsense"], {"benchmarks": "nonsense"}),
    ],
)
def test_what_a_finding_tells(open_page, checkov_results, checkov_record, lines, fields):
    """A user and other keys of a template, the ways of secrets, the command and the benchmarks are there to read."""
    page = open_page(checkov_results(failed=[checkov_record(**fields)]))
    page.locator("button.open").click()
    text = page.get_by_role("dialog").inner_text()
    for line in lines:
        assert line in text


@pytest.mark.parametrize("javascript", [True, False])
def test_a_link_to_a_finding(open_page, checkov_results, live_record, javascript):
    """It leads to the finding, on whichever page of the table it is, also when the users around it have changed."""
    failed = [live_record(f"user{n}") for n in range(500)]
    page = open_page(checkov_results(failed=failed))
    page.get_by_label("Search").fill("user432")
    page.get_by_role("button", name="user432").click()
    address = f"#finding={page.url.rpartition('finding=')[2]}"
    again = open_page(checkov_results(failed=failed[100:]), address=address, java_script_enabled=javascript)
    if javascript:
        expect(again.get_by_role("dialog", name="user432")).to_be_visible()
        assert "301 to 400 of 400 findings" == read_status(again)
        again.keyboard.press("Escape")
        assert "#" not in again.url.replace("#page=4", "")
        assert again.get_by_role("button", name="user432").evaluate("button => button === document.activeElement")
    else:
        expect(again.get_by_text("user432", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize("address", ["#finding=", "#finding=x", "#finding=<b>", "#finding=constructor"])
def test_links_to_nothing(open_page, several, address):
    """Nothing is opened, and everything is shown."""
    page = open_page(*several, address=address)
    assert not page.get_by_role("dialog").is_visible()
    assert "1 to 13 of 13 findings" == read_status(page)


@pytest.mark.parametrize(
    ("columns", "filters", "kind"),
    [
        (["Verdict", "Resource or user", "Account"], ["Verdict"], "live"),
        (["Verdict", "Resource or user", "File and lines"], [], "template"),
        (["Verdict", "Resource or user"], [], "unjudged"),
        (["Verdict", "Severity", "Check", "Resource or user", "File and lines"], ["Severity", "Check"], "checks"),
    ],
)
def test_nothing_that_is_empty(open_page, checkov_results, checkov_record, live_record, columns, filters, kind):
    """A column that no finding fills and a filter that tells nothing apart are not there."""
    lists = {
        "live": {"failed": [live_record()], "passed": [live_record("bob", 1)]},
        "template": {"failed": [checkov_record(), checkov_record(resource="aws_x.z")]},
        "unjudged": {"unjudged": [{"address": "aws_x.y", "reason": "no value"}]},
        "checks": {"failed": [checkov_record(severity="LOW"), checkov_record(check_id="CKV_AWS_2")]},
    }
    page = open_page(checkov_results(**lists[kind]))
    assert columns == [text.rstrip(" ▲") for text in page.locator("#columns th").all_inner_texts()]
    assert filters == page.locator("#controls label:visible").all_inner_texts()[1:]


def test_a_check_is_named_at_its_first_row(open_page, checkov_results, checkov_record):
    """The rows after it have the id alone."""
    failed = [checkov_record(check_id=f"CKV_AWS_{n % 2}", check_name=f"Ensure {n % 2}") for n in range(6)]
    page = open_page(checkov_results(failed=failed))
    texts = page.locator("#rows .column-check").all_inner_texts()
    assert ["CKV_AWS_0\nEnsure 0", "CKV_AWS_1\nEnsure 1"] + ["CKV_AWS_0", "CKV_AWS_1"] * 2 == texts


def test_on_a_phone(open_page, several):
    """Nothing is wider than the screen, no account id is broken, and failed stands beside passed in each bar."""
    page = open_page(*several, viewport=PHONE)
    page.locator("button.open").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dialog = page.get_by_role("dialog")
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    page.keyboard.press("Escape")
    broken = "all => all.filter((each) => each.getClientRects().length > 1).map((each) => each.textContent)"
    assert [] == page.locator(".account:visible").evaluate_all(broken)
    assert page.locator(".account:visible").count() > 10
    bars = page.locator("#accounts-heading + table tbody tr")
    verdicts = bars.evaluate_all(
        "all => all.map((bar) => [...bar.querySelectorAll('rect')].map((each) => each.classList[0]))"
    )
    assert [["failed"], ["failed", "unjudged", "suppressed", "passed"], ["unjudged"]] == verdicts
    assert bars.locator("svg").first.is_visible()


def test_unjudged_ones_are_folded(open_page, checkov_results):
    """Five of each reason are seen, and all of them on demand."""
    unread = [{"address": f"arn:aws:iam::1:user/u{n}", "reason": f"reason {n % 2}"} for n in range(30)]
    page = open_page(checkov_results(unjudged=unread))
    assert 10 == page.locator("#not-judged li:visible").count()
    page.get_by_text("10 more").first.click()
    assert 20 == page.locator("#not-judged li:visible").count()
    assert 30 == len(read_column(page, "resource"))
