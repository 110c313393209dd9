"""A real browser, and pages of results to open in it."""

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def chromium():
    """Headless Chromium, whichever is on PATH."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"there is no browser on PATH ({', '.join(NAMES)}): apt-get install chromium")
    with sync_playwright() as playwright:
        # Its sandbox needs privileges that a container does not give; the only pages are this project's own.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, run_command):
    """Make a page of results with the real command and open it; returns Playwright's page.

    At the end nothing may have been complained of by the console, the page or the network, and nothing asked for but
    the page itself, unless the test has `provoked` it.
    """
    contexts, opened = [], []

    def make(*results, address="", provoked=False, **settings):
        (run_command.folder / "results.json").write_text(json.dumps(results))
        done = run_command("checkov-keys", "dashboard", "results.json", "-o", "page.html")
        assert 0 == done.returncode, done.stderr
        contexts.append(chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings}))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        seen = SimpleNamespace(complaints=[], requests=[])
        if not provoked:
            opened.append(seen)
        page.on("console", lambda message: seen.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("requestfailed", lambda request: seen.complaints.append(request.url))
        page.on("request", lambda request: seen.requests.append(request.url))
        page.goto(f"{(run_command.folder / 'page.html').as_uri()}{address}")
        return page

    yield make
    for seen in opened:
        assert [] == seen.complaints
        assert 1 == len([url for url in seen.requests if not url.startswith("data:")])
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def find_violations():
    """What axe-core complains of in a page: pairs of a rule's id and the elements; the newest axe-core that is here."""
    sync_playwright_axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install .[dev]")
    places = filter(
        None, (os.environ.get("AXE_CORE"), Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js")
    )
    script = next((each for each in map(Path, places) if each.exists()), None)
    axe = sync_playwright_axe.Axe.from_file(script) if script else sync_playwright_axe.Axe()

    def run(page):
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]

    return run


@pytest.fixture
def several(checkov_results, checkov_record, live_record):
    """Results with something of every kind."""
    denied = {"reason": "AccessDenied", "account_name": "acquired"}
    return [
        checkov_results(
            "aws_iam",
            failed=[
                live_record("alice", account_name="prod"),
                live_record("bob", 3, account="222233334444"),
                live_record("user10", account="222233334444"),
                live_record("user9", account="222233334444"),
            ],
            passed=[live_record("carol", 1), live_record("dave", 0)],
            skipped=[live_record("break-glass", reason="keys in two safes")],
            unjudged=[
                {"address": "arn:aws:iam::333344445555:user/*", "account": "333344445555", **denied},
                {"address": "arn:aws:iam::111122223333:user/lost", "account": "111122223333", **denied},
            ],
        ),
        checkov_results(
            "terraform",
            failed=[checkov_record(severity="LOW"), checkov_record(check_id="CKV_AWS_2", severity="HIGH")],
            skipped=[checkov_record("SES needs two", resource="aws_iam_access_key.ses")],
            parsing_errors=["/infra/broken.tf"],
        ),
    ]
