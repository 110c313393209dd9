"""Where the formats of a report go, and how much it says, by the flags that Checkov has for it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.report.files import check_writable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checkov.common.output.baseline import Baseline

# As Checkov's RunnerRegistry.print_reports names them, in the order in which it prints them.
FILE_NAMES = {
    "github_failed_only": "results_github_failed_only.md",
    "cli": "results_cli.txt",
    "sarif": "results_sarif.sarif",
    "json": "results_json.json",
    "junitxml": "results_junitxml.xml",
    "gitlab_sast": "results_gitlab_sast.json",
    "csv": "results_csv.csv",
}
# What the name of a file of each format ends with, in small letters.
_ENDINGS = {
    "github_failed_only": (".md", ".markdown"),
    "cli": (".txt", ".log"),
    "sarif": (".sarif", ".sarif.json"),
    "json": (".json",),
    "junitxml": (".xml",),
    "gitlab_sast": (".json",),
    "csv": (".csv",),
}
DELIMITER = "\n--- OUTPUT DELIMITER ---\n\n"
DEFAULT_SARIF_FILE = "results.sarif"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
CONSOLE = "console"
# As Checkov names it.
BASELINE_FILE = ".checkov.baseline"
_ANY_ACCOUNT = "123456789012"


def split_paths(outputs: Sequence[str], output_file_path: str | None) -> list[str]:
    """Return the file of each output, or the word console, if --output-file-path lists them, else none.

    A comma at the end, with which Checkov tells one file from a folder, is not the beginning of another entry. Raises
    UsageError if it lists more or fewer than there are outputs.
    """
    if not output_file_path or "," not in output_file_path:
        return []
    entries = output_file_path.split(",")
    if len(entries) == len(outputs) + 1 and not entries[-1]:
        entries.pop()
    if len(entries) != len(outputs):
        raise UsageError(f"--output-file-path names {len(entries)} places for {len(outputs)} outputs")
    return entries


def mark_file(outputs: Sequence[str] | None, output_file_path: str | None) -> str | None:
    """Return an --output-file-path that means a file if it is called like one of its only output: keys.csv, say.

    What Checkov would take for a folder gets the comma by which it knows a file. A folder that exists stays one.
    """
    names = list(outputs or ["cli"])
    if not output_file_path or "," in output_file_path or len(names) > 1 or Path(output_file_path).is_dir():
        return output_file_path
    is_file = output_file_path.lower().endswith(_ENDINGS.get(names[0], ()))
    return f"{output_file_path}," if is_file else output_file_path


class Attempts:
    """Several things to write, none of which costs the others if it cannot be written."""

    def __init__(self) -> None:
        """Nothing has failed yet."""
        self._errors: list[Exception] = []

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Keep an error of the block for the end."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  # what one format breaks at must not cost another
            self._errors.append(error)

    def finish(self) -> None:
        """Raise what was not foreseen, else UsageError with everything that could not be written."""
        for error in self._errors:
            if not isinstance(error, UsageError):
                raise error
        if self._errors:
            raise UsageError("; ".join(dict.fromkeys(map(str, self._errors))))


class Style(NamedTuple):
    """How much a report says: Checkov's --quiet and --compact, its tool name in SARIF, the baselines in use.

    `show_passed` is of audits only, whose text for people counts users that pass instead of listing them.
    """

    quiet: bool = False
    compact: bool = False
    tool: str | None = None
    baseline: Baseline | None = None
    created_baseline: str | None = None
    show_passed: bool = False


class Destinations:
    """Where each format goes: standard output, or a file, or both.

    `output_file_path` is a folder, or as many comma-separated entries as there are outputs, each a file or the word
    console. Raises UsageError if a file could not be written, before anything is written.
    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """

    def __init__(
        self,
        formats: Sequence[str] | None,
        output_file_path: str | None,
        *,
        sarif_per_account: bool = False,
        as_sent: bool = False,
    ) -> None:
        """Check every destination; `sarif_per_account` puts SARIF into one file per account, beside its own.

        With `as_sent`, what goes to a folder is not printed too, as Checkov does.
        """
        outputs = formats or ["cli"]
        # Checkov prints in one order, whatever the order of the flags.
        self.formats = [name for name in FILE_NAMES if name in outputs]
        self.console = set(self.formats)
        self.files: dict[str, Path] = {}
        entries = split_paths(outputs, output_file_path)
        if entries:
            self.files = {name: Path(entry) for name, entry in zip(outputs, entries) if entry != CONSOLE}
            self.console -= set(self.files)
        elif output_file_path:
            self.files = {name: Path(output_file_path, FILE_NAMES[name]) for name in self.formats}
            self.console = set() if as_sent else self.console
        if "sarif" in self.formats and not self.files.get("sarif"):
            # SARIF for the console goes to the working directory, and people see the findings as text.
            self.files["sarif"] = Path(DEFAULT_SARIF_FILE)
            check_default_sarif()
        if len(set(self.files.values())) < len(self.files):
            raise UsageError(f"--output-file-path {output_file_path}: two outputs would be written to one file")
        for path in self.files.values():
            check_writable(path)
        self.sarif_per_account = sarif_per_account
        if sarif_per_account:
            self._check_account_files()

    def _check_account_files(self) -> None:
        path = self.files.get("sarif")
        if path is None:
            raise UsageError("--sarif-per-account requires SARIF: add -o sarif")
        if path.exists() and not path.is_file():
            raise UsageError(f"--sarif-per-account writes files beside {path}, which is not a place for files")
        check_writable(name_account_file(path, _ANY_ACCOUNT))


def check_default_sarif() -> None:
    """Raise UsageError if the file of SARIF that nobody named is a link: a checkout may hold one to anywhere."""
    if Path(DEFAULT_SARIF_FILE).is_symlink():
        raise UsageError(f"{DEFAULT_SARIF_FILE} is a link: name the file of SARIF with --output-file-path")


def name_account_file(path: Path, account: str) -> Path:
    """Return one account's file, beside the file for all accounts.

    That is results_sarif_111111111111.sarif for results_sarif.sarif. github/codeql-action/upload-sarif accepts the
    files of a folder that have this ending.
    """
    return path.with_name(f"{path.stem}_{account}.sarif")
