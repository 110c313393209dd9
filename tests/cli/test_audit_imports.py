"""What an audit imports is what a person waits for."""

import sys

import pytest

from checkov_keys.cli.commands import COMMANDS


@pytest.mark.parametrize(
    ("unneeded", "modules"),
    [
        # Help and completion need nothing of what takes longer than themselves.
        ({"checkov", "boto3", "botocore", "tqdm"}, " ".join(f"cli.{command.parser}" for command in COMMANDS)),
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
    """A module is imported without the slow packages that it does not need."""
    names = [f"checkov_keys.{module}" for module in modules.split()]
    done = run_command(sys.executable, "-c", f"import sys, {', '.join(names)}\nprint(*sys.modules, sep='\\n')")
    assert set() == unneeded & set(done.stdout.split()), done.stderr
    assert set(names) <= set(done.stdout.split())
