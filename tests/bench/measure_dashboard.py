"""What `make bench` runs last: time, memory and size of a page, and how quick the page itself is in a browser.

Times are ratios to what json.load alone takes for the same file, but for the browser's. Nothing here fails.
"""

import json
import shutil
import sys
import tempfile
import textwrap
from pathlib import Path

from measure_audit import COMMAND, ENVIRONMENT, ran
from playwright.sync_api import sync_playwright

FINDINGS = 5_000
MEGABYTES = 100
MEGABYTE = 1024 * 1024
RUNS = 3
LOAD = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"
# From a key's release to the table that shows what is left.
FILTERED = """word => {
    const search = document.getElementById("filter-q");
    const start = performance.now();
    search.value = word;
    search.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.offsetHeight;
    return performance.now() - start;
}"""
SORTED = """() => {
    const start = performance.now();
    document.querySelector("#columns .column-resource button").click();
    document.body.offsetHeight;
    return performance.now() - start;
}"""


def live_record(number):
    """A violating user as `checkov-keys audit -o json` writes it."""
    account, user = f"{111111111111 + number % 50}", f"user-{number}"
    keys = [
        {
            "id": f"AKIA{number:015}{which}",
            "status": "Active",
            "created": "2026-01-01T00:00:00+00:00",
            "age_days": number % 900,
            "last_used": "2026-04-01T00:00:00+00:00",
            "last_used_service": "s3",
            "last_used_region": "us-east-1",
        }
        for which in "AB"
    ]
    block = json.dumps({"UserName": user, "AccessKeyMetadata": keys}, indent=4).splitlines(keepends=True)
    return {
        **record("CKV2_KEYS_1", f"/aws/{account}/iam/{user}", block),
        "resource": f"arn:aws:iam::{account}:user/{user}",
        "severity": "MEDIUM",
        "account": account,
        "account_name": "",
        "user": user,
        "access_keys": keys,
        "proposal": {"key": keys[0]["id"], "sentence": f"Turn off {keys[0]['id']}: it is the older one."},
        "note": "",
        "console": "https://console.aws.amazon.com/iam/home",
    }


def template_record(number):
    """A record of Checkov's Terraform runner, with a block of 20 lines."""
    return record(
        f"CKV_AWS_{number % 300}", f"/infra/{number % 700}/main.tf", [f"  argument_{n} = 1\n" for n in range(20)]
    )


def record(check_id, path, lines):
    """What every record has."""
    return {
        "check_id": check_id,
        "bc_check_id": None,
        "check_name": "Ensure that what is checked is as it should be",
        "check_result": {"result": "FAILED", "evaluated_keys": ["argument"]},
        "code_block": [[n, line] for n, line in enumerate(lines, start=1)],
        "file_path": path,
        "file_abs_path": path,
        "repo_file_path": path,
        "file_line_range": [1, len(lines)],
        "resource": "aws_thing.of_a_name",
        "check_class": "checkov.terraform.checks.resource.aws.Thing",
        "severity": None,
        "guideline": "https://docs.example.com/policies/policy-reference/ensure-that-it-is",
    }


def results(check_type, failed, passed):
    """One runner's results."""
    return {
        "check_type": check_type,
        "results": {"failed_checks": failed, "passed_checks": passed, "skipped_checks": [], "parsing_errors": []},
        "summary": {"failed": len(failed), "passed": len(passed), "skipped": 0, "parsing_errors": 0},
    }


def measure_page(name, data, folder):
    """Time the command and tell the size of its page, which is returned."""
    file, page = folder / "results.json", folder / "page.html"
    file.write_text(json.dumps(data, indent=4))
    load = [sys.executable, "-c", LOAD, file]
    loaded = min(ran(load, ENVIRONMENT)[0] for _ in range(RUNS))
    runs = [ran([COMMAND, "dashboard", file, "-o", "-"], ENVIRONMENT, output=page) for _ in range(RUNS)]
    seconds, memory = min(each[0] for each in runs), max(each[1] for each in runs)
    print(f"{name}, {file.stat().st_size / MEGABYTE:.0f} MB:")
    print(f"  {seconds:.2f} s, {seconds / loaded:.1f} times json.load alone; peak memory {memory:.0f} MB")
    print(f"  a page of {page.stat().st_size / MEGABYTE:.1f} MB", flush=True)
    return page


def measure_browser(page_file):
    """Time what a reader does: open, search, sort."""
    path = shutil.which("chromium")
    if path is None:
        print("  no chromium on PATH: the page itself is not measured")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(page_file.as_uri())
        page.locator("#rows tr").first.wait_for()
        opened = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        first, *others = [page.evaluate(FILTERED, word) for word in ("user-4", "user-49", "user-499", "AKIA", "")]
        print(f"  in the browser: opened after {opened:.0f} ms; search: first {first:.0f} ms, then ", end="")
        print(
            f"{max(others):.0f} ms at most; sort: {page.evaluate(SORTED):.0f} ms (goal: under 100 ms each)", flush=True
        )
        browser.close()


def _filling(make):
    """How many records of a kind are a hundred megabytes, indented as they stand in results."""
    return MEGABYTES * MEGABYTE // len(textwrap.indent(json.dumps(make(0), indent=4), " " * 12))


def main():
    """Measure a usual page, then large results of this project and of other runners."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        live = [live_record(number) for number in range(FINDINGS)]
        measure_browser(measure_page(f"{FINDINGS:,} findings", results("aws_iam", live, []), folder))
        live = [live_record(number) for number in range(_filling(live_record))]
        half = len(live) // 2
        title = f"{half:,} failed and as many passed users (goal: under 15 s and 1,500 MB)"
        measure_browser(measure_page(title, results("aws_iam", live[:half], live[half:]), folder))
        records = [template_record(number) for number in range(_filling(template_record))]
        measure_browser(measure_page(f"{len(records):,} failed resources", results("terraform", records, []), folder))


if __name__ == "__main__":
    main()
