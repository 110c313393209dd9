"""The page in a real browser: what people do with it."""

import re

import pytest
from page_texts import read_column, read_status
from playwright.sync_api import expect


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ([], "nobody has this name"),
        (["bob"], "bob"),
        (["alice"], "AKIAALICE11111"),
        (["break-glass"], "two SAFES"),
        ([], "alice bob"),
        (["alice"], "prod 1111 failed"),
        (["aws_iam_access_key.ses"], "SES needs"),
        (["/infra/broken.tf"], "does not parse"),
        (["bob", "user10", "user9"], "222233334444"),
    ],
)
def test_search(open_page, several, shown, words):
    """Words are looked for in everything that is known of a finding, in any order and case."""
    page = open_page(*several)
    page.get_by_label("Search").fill(words)
    assert shown == sorted(read_column(page, "resource"))
    assert page.locator("#table").is_visible() == bool(shown)


@pytest.mark.parametrize(
    ("count", "label", "value"),
    [
        (6, "Verdict", "failed"),
        (3, "Verdict", "unjudged"),
        (1, "Severity", "HIGH"),
        (4, "Severity", "none"),
        (1, "Check", "CKV_AWS_2"),
        (3, "Account", "222233334444"),
        (4, "Type", "terraform"),
    ],
)
def test_filters(open_page, several, count, label, value):
    """Each filter leaves what it names, says how many are left, and Reset takes it back."""
    page = open_page(*several)
    page.get_by_label(label, exact=True).select_option(value)
    assert count == page.locator("#rows tr").count()
    assert re.fullmatch(rf"1 to {count} of {count} findings?, out of 13", read_status(page))
    page.get_by_role("button", name="Reset").click()
    assert "1 to 13 of 13 findings" == read_status(page)
    assert "#" not in page.url


def test_sort(open_page, several):
    """Each column sorts both ways, numbers in names by their value, and tells so to a screen reader."""
    page = open_page(*several, address="#account=222233334444")
    columns = page.locator("#columns")
    header = columns.get_by_role("columnheader", name="Resource or user")
    assert "none" == header.get_attribute("aria-sort")
    for way, names in (("ascending", ["bob", "user9", "user10"]), ("descending", ["user10", "user9", "bob"])):
        header.get_by_role("button").click()
        assert names == read_column(page, "resource")
        assert way == header.get_attribute("aria-sort")
    for name in ("Verdict", "Severity", "Check", "Account", "File and lines"):
        other = columns.get_by_role("columnheader", name=name)
        other.get_by_role("button").click()
        assert ("ascending", "none") == (other.get_attribute("aria-sort"), header.get_attribute("aria-sort"))


def test_the_most_severe_come_first(open_page, several):
    """Failed findings are in the order of their severity."""
    page = open_page(*several)
    assert ["HIGH", "MEDIUM", "MEDIUM", "MEDIUM", "MEDIUM", "LOW"] == read_column(page, "severity")[:6]


def test_a_view_can_be_linked_to(open_page, several):
    """What is filtered and sorted stands in the address, and a page opened there shows it."""
    page = open_page(*several)
    page.get_by_label("Search").fill("user")
    page.get_by_label("Verdict", exact=True).select_option("failed")
    page.get_by_role("columnheader", name="Resource or user").get_by_role("button").click()
    assert page.url.endswith("#q=user&verdict=failed&sort=resource")
    again = open_page(*several, address=page.url[page.url.index("#") :])
    assert read_column(page, "resource") == read_column(again, "resource")
    assert ("user", "failed") == (
        again.get_by_label("Search").input_value(),
        again.get_by_label("Verdict", exact=True).input_value(),
    )


@pytest.mark.parametrize("address", ["#verdict=x&sort=y&page=z", "#page=-7", "#page=99", "#findings", "#%", "#sort=--"])
def test_addresses_that_mean_nothing(open_page, several, address):
    """They show everything."""
    page = open_page(*several, address=address)
    assert "1 to 13 of 13 findings" == read_status(page)


def test_charts_lead_to_the_findings(open_page, several):
    """The name of an account or a file filters the table."""
    page = open_page(*several)
    page.get_by_role("link", name="222233334444").click()
    expect(page.locator("#status")).to_have_text("1 to 3 of 3 findings, out of 13")
    assert ["bob", "user10", "user9"] == sorted(read_column(page, "resource"))
    page.get_by_role("link", name="/infra/main.tf").click()
    expect(page.locator("#status")).to_have_text("1 to 3 of 3 findings, out of 13")
    expect(page.get_by_label("Search")).to_have_value("/infra/main.tf")
    assert {"aws_x.y", "aws_iam_access_key.ses"} == set(read_column(page, "resource"))


def test_details_by_keyboard(open_page, several):
    """Enter opens a finding with its keys and the remedy, Escape closes it, and the focus is where it was."""
    page = open_page(*several, address="#q=alice")
    button = page.get_by_role("button", name="alice")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="alice")
    text = dialog.inner_text()
    for part in ("AKIAALICE11110", "last used 2026-04-01 by s3 in us-east-1", "never used", "Turn off AKIAALICE11111."):
        assert part in text
    assert "then set the other key to Inactive" in text
    assert "https://console.aws.amazon.com/iam/home" == dialog.get_by_role("link").first.get_attribute("href")
    assert "noopener noreferrer" == dialog.get_by_role("link").first.get_attribute("rel")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert button.evaluate("button => button === document.activeElement")


def test_details_by_mouse(open_page, several):
    """A click anywhere in a row opens it; the source of a template keeps its lines."""
    page = open_page(*several, address="#check=CKV_AWS_2")
    page.locator("#rows .column-verdict").click()
    dialog = page.get_by_role("dialog")
    assert "6  resource {\n7  }" == dialog.get_by_label("Source").inner_text()
    assert "/infra/main.tf:6-7" in dialog.inner_text()
    dialog.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()
    assert page.get_by_role("button", name="aws_x.y").evaluate("button => button === document.activeElement")


def test_the_skip_link_comes_first(open_page, several):
    """The first stop of the Tab key leads to the findings, and can be seen."""
    page = open_page(*several)
    page.keyboard.press("Tab")
    assert "Skip to the findings" == page.evaluate("document.activeElement.innerText")
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "filter-q" == page.evaluate("document.activeElement.id")


def test_five_thousand_findings(open_page, checkov_results, live_record):
    """They are shown by the hundred, and all of them are searched."""
    page = open_page(checkov_results("aws_iam", failed=[live_record(f"user{n}") for n in range(5_000)]))
    assert ("1 to 100 of 5,000 findings", 100) == (read_status(page), page.locator("#rows tr").count())
    page.get_by_role("button", name="Next").click()
    assert "101 to 200 of 5,000 findings" == read_status(page)
    page.get_by_label("Search").fill("user4999")
    assert ("1 to 1 of 1 finding, out of 5,000", ["user4999"]) == (read_status(page), read_column(page, "resource"))
