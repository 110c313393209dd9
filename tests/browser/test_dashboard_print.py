"""The page on paper: what is printed, on how many pages, and how they are numbered."""

import re
import subprocess

import pytest
from programs import need

PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def organization(checkov_results, live_record):
    """Results of 120 accounts with 50 users each, of whom a quarter fail; one account could not be read."""
    accounts = [f"{100_000_000_000 + number * 7_919_731:012}" for number in range(120)]
    lists = {"failed": [], "passed": [], "skipped": []}
    for number in range(119 * 50):
        account = accounts[number % 119]
        fields = {"account": account, "account_name": f"data-platform-{number % 119}"}
        if number % 4 == 0:
            lists["failed"].append(live_record(f"legacy-batch-{number}", **fields))
        elif number % 100 == 1:
            lists["skipped"].append(live_record(f"u{number}", reason="rotation in progress", **fields))
        else:
            lists["passed"].append(live_record(f"u{number}", 1, **fields))
    unread = {"address": f"arn:aws:iam::{accounts[-1]}:user/*", "account": accounts[-1], "reason": "AccessDenied"}
    return checkov_results("aws_iam", unjudged=[unread], **lists)


@pytest.fixture
def read_pdf(tmp_path):
    """The text of a PDF."""
    need("pdftotext")

    def read(data):
        (tmp_path / "page.pdf").write_bytes(data)
        command = ["pdftotext", "-layout", tmp_path / "page.pdf", "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return read


def test_an_organization_in_ten_pages(open_page, organization):
    """120 accounts take at most 10 pages, and nothing that failed is left out."""
    page = open_page(organization)
    page.evaluate(
        "addEventListener('beforeprint', () => { window.lines = document.querySelectorAll('#printed li').length })"
    )
    assert len(PAGE.findall(page.pdf(format="A4"))) <= 10
    assert page.evaluate("lines") == organization["summary"]["failed"] == 1_488
    assert 0 == page.locator("#printed *").count()


def test_the_words_on_paper(open_page, organization, read_pdf):
    """Each page has its number; failed users have the key to turn off, passed ones are only counted."""
    text = read_pdf(open_page(organization).pdf(format="A4"))
    pages = text.strip("\f\n").split("\f")
    for number, words in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in words
    for number in range(0, 119 * 50, 4):
        assert re.search(rf"\blegacy-batch-{number}\b", text)
    assert organization["summary"]["failed"] == text.count("AKIALEGACY-BATCH")
    assert not re.search(r"\bu2\b", text)
    assert "4,402" in pages[0]


def test_few_findings(open_page, checkov_results, live_record, read_pdf):
    """They are printed with the whole proposal."""
    text = read_pdf(open_page(checkov_results(failed=[live_record(account_name="prod")])).pdf())
    assert "alice: Turn off AKIAALICE11111" in " ".join(text.split())


def test_what_the_filters_leave(open_page, checkov_results, checkov_record):
    """Paper gets every finding that they leave, not the first hundred; all that is folded away; and light colours."""
    failed = [checkov_record(resource=f"r{n}", repo_file_path=f"/{n % 50}.tf") for n in range(150)]
    passed = [checkov_record(resource="fine", repo_file_path="/fine.tf")]
    page = open_page(checkov_results(failed=failed, passed=passed), color_scheme="dark")
    page.evaluate(
        "addEventListener('beforeprint', () => {"
        "window.texts = [...document.querySelectorAll('#printed li')].map((each) => each.textContent) })"
    )
    for query, count in (("", 150), ("r14", 11), ("fine", 0)):
        page.get_by_label("Search").fill(query)
        assert page.pdf().startswith(b"%PDF")
        assert count == page.evaluate("texts.length")
    page.get_by_label("Verdict", exact=True).select_option("passed")
    page.pdf()
    assert ["fine:6-7"] == page.evaluate("texts")
    page.emulate_media(media="print", color_scheme="dark")
    assert "rgb(255, 255, 255)" == page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.get_by_text("/49.tf", exact=True).first.evaluate(
        "link => link.checkVisibility({ contentVisibilityAuto: true })"
    )
    for hidden in ("#controls", "#pager", ".skip", "summary"):
        assert not page.locator(hidden).first.is_visible()


def test_without_javascript(open_page, several, read_pdf):
    """The plain table is printed."""
    assert "Turn off AKIAALICE11111" in read_pdf(open_page(*several, java_script_enabled=False).pdf())
