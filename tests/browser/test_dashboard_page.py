"""The page in a real browser: what it shows, on a screen, on paper and without JavaScript, and what it never runs."""

import pytest
from page_texts import read_column, read_status
from playwright.sync_api import expect


def test_it_loads(open_page, several):
    """Everything is there, in order, and nothing is asked of anybody."""
    page = open_page(*several)
    assert [
        "? Not judged: 3",
        "Verdicts by account",
        "Verdicts by file",
        "Active keys",
        "Checks",
        "Findings",
        "Suppressed findings",
    ] == [text for text in page.locator("main h2").all_inner_texts() if text != "Numbers"]
    assert "1 to 13 of 13 findings" == read_status(page)
    assert ["✕ Failed"] * 6 + ["? Not judged"] * 3 + ["○ Suppressed"] * 2 + ["✓ Passed"] * 2 == read_column(
        page, "verdict"
    )
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_accessible(open_page, find_violations, several, scheme, width):
    """axe-core finds nothing, contrast included, with and without an open finding; nothing is wider than the screen."""
    viewport = {"width": width, "height": 900}
    # The policy would stop axe itself.
    page = open_page(*several, color_scheme=scheme, viewport=viewport, bypass_csp=True)
    assert [] == find_violations(page)
    page.locator("#not-judged summary, #findings summary").evaluate_all("all => all.forEach((each) => each.click())")
    page.locator("button.open").first.click()
    assert [] == find_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_light_and_dark(open_page, several):
    """The page follows the system's choice."""
    colours = {
        scheme: open_page(*several, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 24, 27)"} == colours


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
    assert [clean] * 3 == read_column(page, "resource")
    for number in range(3):
        page.locator("button.open").nth(number).click()
        assert clean in page.get_by_role("dialog").inner_text()
        assert not page.locator("dialog a[href^=javascript]").count()
        page.keyboard.press("Escape")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#printed li").count() == 2
    assert not page.locator("#printed img, #printed b").count()
    page.get_by_label("Search").fill("<img")
    assert "1 to 3 of 3 findings" == read_status(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
    assert ("1 to 1 of 1 finding" if results else "There are no findings") == read_status(page)
