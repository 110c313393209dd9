"""The page in a real browser: what people do with it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

# Of a cell, or of the button in it, which opens the details.
FIRST_LINE = "cell => (cell.querySelector('button') || cell).innerText.split('\\n')[0]"


def column(page, name):
    """The texts of a column, first lines only."""
    return page.eval_on_selector_all(f"#rows .column-{name}", f"cells => cells.map({FIRST_LINE})")


def status(page):
    """What the live region says."""
    return page.locator("#status").inner_text()


def test_it_loads(open_page, several):
    """Everything is there, in order, and nothing is asked of anybody."""
    page = open_page(*several)
    assert [
        "? Not judged: 3",
        "Verdicts by account",
        "Verdicts by file",
        "Active keys",
        "Findings",
        "Suppressed findings",
    ] == [text for text in page.locator("main h2").all_inner_texts() if text != "Numbers"]
    assert "1 to 13 of 13 findings" == status(page)
    assert ["✕ Failed"] * 6 + ["? Not judged"] * 3 + ["○ Suppressed"] * 2 + ["✓ Passed"] * 2 == column(page, "verdict")
    assert "en" == page.locator("html").get_attribute("lang")
    assert not page.locator("noscript table").count()


def test_nothing_can_be_run_or_fetched(open_page, several, run_command):
    """The policy stops a script, a handler, a style, an image and a request that somebody brings into the page."""
    page = open_page(*several, provoked=True)
    file = run_command.folder / "page.html"
    brought = (
        "<script>window.ran = true</script><style>body { display: none }</style>"
        '<img src="http://127.0.0.1:9/image.png" onerror="window.ran = true">'
        '<button id="b" onclick="window.ran = true">b</button>'
    )
    file.write_text(file.read_text().replace("<main>", f"{brought}<main>"))
    page.add_init_script(
        "window.seen = new Set();"
        "addEventListener('securitypolicyviolation', (event) => seen.add(event.effectiveDirective))"
    )
    page.reload()
    page.locator("#b").click()
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => {})")
    for markup in ("document.body.innerHTML = '<b>x</b>'", "document.write('<b>x</b>')"):
        page.evaluate(f"(() => {{ try {{ {markup}; }} catch {{}} }})()")
    expect(page.locator("#rows tr")).to_have_count(13)
    assert page.evaluate("window.ran") is None
    page.wait_for_function("seen.size === 6")
    blocked = {"script-src-elem", "script-src-attr", "style-src-elem", "img-src", "connect-src"}
    assert {*blocked, "require-trusted-types-for"} == set(page.evaluate("[...seen]"))


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
    assert shown == sorted(column(page, "resource"))
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
    assert re.fullmatch(rf"1 to {count} of {count} findings?, out of 13", status(page))
    page.get_by_role("button", name="Reset").click()
    assert "1 to 13 of 13 findings" == status(page)
    assert "#" not in page.url


def test_sort(open_page, several):
    """Each column sorts both ways, numbers in names by their value, and tells so to a screen reader."""
    page = open_page(*several, address="#account=222233334444")
    columns = page.locator("#columns")
    header = columns.get_by_role("columnheader", name="Resource or user")
    assert "none" == header.get_attribute("aria-sort")
    for way, names in (("ascending", ["bob", "user9", "user10"]), ("descending", ["user10", "user9", "bob"])):
        header.get_by_role("button").click()
        assert names == column(page, "resource")
        assert way == header.get_attribute("aria-sort")
    for name in ("Verdict", "Severity", "Check", "Account", "File and lines"):
        other = columns.get_by_role("columnheader", name=name)
        other.get_by_role("button").click()
        assert ("ascending", "none") == (other.get_attribute("aria-sort"), header.get_attribute("aria-sort"))


def test_the_most_severe_come_first(open_page, several):
    """Failed findings are in the order of their severity."""
    page = open_page(*several)
    assert ["HIGH", "MEDIUM", "MEDIUM", "MEDIUM", "MEDIUM", "LOW"] == column(page, "severity")[:6]


def test_a_view_can_be_linked_to(open_page, several):
    """What is filtered and sorted stands in the address, and a page opened there shows it."""
    page = open_page(*several)
    page.get_by_label("Search").fill("user")
    page.get_by_label("Verdict", exact=True).select_option("failed")
    page.get_by_role("columnheader", name="Resource or user").get_by_role("button").click()
    assert page.url.endswith("#q=user&verdict=failed&sort=resource")
    again = open_page(*several, address=page.url[page.url.index("#") :])
    assert column(page, "resource") == column(again, "resource")
    assert ("user", "failed") == (
        again.get_by_label("Search").input_value(),
        again.get_by_label("Verdict", exact=True).input_value(),
    )


@pytest.mark.parametrize("address", ["#verdict=x&sort=y&page=z", "#page=-7", "#page=99", "#findings", "#%", "#sort=--"])
def test_addresses_that_mean_nothing(open_page, several, address):
    """They show everything."""
    page = open_page(*several, address=address)
    assert "1 to 13 of 13 findings" == status(page)


def test_charts_lead_to_the_findings(open_page, several):
    """The name of an account or a file filters the table."""
    page = open_page(*several)
    page.get_by_role("link", name="222233334444").click()
    expect(page.locator("#status")).to_have_text("1 to 3 of 3 findings, out of 13")
    assert ["bob", "user10", "user9"] == sorted(column(page, "resource"))
    page.get_by_role("link", name="/infra/main.tf").click()
    expect(page.locator("#status")).to_have_text("1 to 3 of 3 findings, out of 13")
    expect(page.get_by_label("Search")).to_have_value("/infra/main.tf")
    assert {"aws_x.y", "aws_iam_access_key.ses"} == set(column(page, "resource"))


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_it_is_accessible(open_page, several, scheme, width):
    """axe-core finds nothing, contrast included, with and without an open finding; nothing is wider than the screen."""
    viewport = {"width": width, "height": 900}
    # The policy would stop axe itself.
    page = open_page(*several, color_scheme=scheme, viewport=viewport, bypass_csp=True)
    everything = {"resultTypes": ["violations"]}
    for open_first in (False, True):
        if open_first:
            page.locator("button.open").first.click()
        found = Axe().run(page, options=everything).response["violations"]
        assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_light_and_dark(open_page, several):
    """The page follows the system's choice."""
    colours = {
        scheme: open_page(*several, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 24, 27)"} == colours


def test_print(open_page, checkov_results, checkov_record):
    """Paper gets every finding that the filters leave, all that is folded away, no controls, and light colours."""
    failed = [checkov_record(resource=f"r{n}", repo_file_path=f"/{n}.tf") for n in range(150)]
    page = open_page(checkov_results(failed=failed), color_scheme="dark")
    assert 100 == page.locator("#rows tr").count()
    page.evaluate(
        "addEventListener('beforeprint', () => { window.printed = document.querySelectorAll('#rows tr').length; })"
    )
    assert page.pdf().startswith(b"%PDF")
    assert (150, 100) == (page.evaluate("window.printed"), page.locator("#rows tr").count())
    page.emulate_media(media="print", color_scheme="dark")
    assert "rgb(255, 255, 255)" == page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.get_by_text("/149.tf", exact=True).first.evaluate(
        "link => link.checkVisibility({ contentVisibilityAuto: true })"
    )
    for hidden in ("#controls", "#pager", ".skip", "summary"):
        assert not page.locator(hidden).first.is_visible()


HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\x1b[31m<b>"


def test_hostile_names(open_page, checkov_results, checkov_record, live_record):
    """Names are shown as the text they are, wherever they are shown, and links that are none are no links."""
    record = checkov_record(
        HOSTILE,
        check_id=HOSTILE,
        check_name=HOSTILE,
        resource=HOSTILE,
        severity=HOSTILE,
        repo_file_path=HOSTILE,
        guideline="javascript:alert(1)",
        code_block=[[1, HOSTILE]],
    )
    live = live_record(HOSTILE, account=HOSTILE, account_name=HOSTILE, console="javascript:alert(1)")
    page = open_page(checkov_results(HOSTILE, failed=[record, live], skipped=[record]))
    assert not page.locator("img").count()
    assert not page.locator("main b").count()
    clean = "</script><img src=x onerror=alert(1)> <b>"
    assert [clean] * 3 == column(page, "resource")
    for number in range(3):
        page.locator("button.open").nth(number).click()
        assert clean in page.get_by_role("dialog").inner_text()
        assert not page.locator("dialog a[href^=javascript]").count()
        page.keyboard.press("Escape")
    page.get_by_label("Search").fill("<img")
    assert "1 to 3 of 3 findings" == status(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_five_thousand_findings(open_page, checkov_results, live_record):
    """They are shown by the hundred, and all of them are searched."""
    page = open_page(checkov_results("aws_iam", failed=[live_record(f"user{n}") for n in range(5_000)]))
    assert ("1 to 100 of 5,000 findings", 100) == (status(page), page.locator("#rows tr").count())
    page.get_by_role("button", name="Next").click()
    assert "101 to 200 of 5,000 findings" == status(page)
    page.get_by_label("Search").fill("user4999")
    assert ("1 to 1 of 1 finding, out of 5,000", ["user4999"]) == (status(page), column(page, "resource"))


def test_without_javascript(open_page, several):
    """Failed findings can be read, and no control is there that does nothing."""
    page = open_page(*several, java_script_enabled=False)
    text = page.locator("body").inner_text()
    assert "Search, filters and details need JavaScript. The failed findings are below." in text
    assert "Turn off AKIAALICE11111." in text
    assert not page.locator("#controls").is_visible()


@pytest.mark.parametrize(
    ("heading", "results"),
    [("✓ Everything was judged", {"passed": 1}), ("? Nothing was judged", {})],
)
def test_pages_with_little_in_them(open_page, checkov_results, checkov_record, heading, results):
    """They load as well."""
    page = open_page(checkov_results(**{name: [checkov_record()] * count for name, count in results.items()}))
    assert heading == page.locator("main h2").first.inner_text()
    assert ("1 to 1 of 1 finding" if results else "There are no findings") == status(page)
