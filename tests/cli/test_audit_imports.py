"""What an audit imports is what a person waits for."""

import sys

import pytest


@pytest.mark.parametrize(
    ("unneeded", "modules"),
    [
        # Nothing of what takes longer than the help itself.
        ({"checkov", "boto3", "tqdm"}, "cli.accounts.audit"),
        # Some of Checkov's own formats bring an HTTP client along, and the models of CycloneDX.
        (
            {"aiohttp", "cyclonedx", "boto3"},
            "report.live.live_report report.formats.live_formats report.writer report.thresholds",
        ),
        (
            {"checkov", "moto"},
            "runtime.reading.account_audit runtime.reading.account_choice runtime.reading.collector",
        ),
    ],
)
def test_what_is_not_needed_is_not_imported(run_command, unneeded, modules):
    names = [f"checkov_keys.{module}" for module in modules.split()]
    done = run_command(sys.executable, "-c", f"import sys, {', '.join(names)}\nprint(*sys.modules, sep='\\n')")
    assert set() == unneeded & set(done.stdout.split()), done.stderr
    assert set(names) <= set(done.stdout.split())
