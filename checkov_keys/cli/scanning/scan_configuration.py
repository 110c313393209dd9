"""What the files of flags that Checkov reads may set in a scan: .checkov.yaml of the scanned folder is a stranger's.

Checkov reads it in each scanned directory, in the working directory and at home. Ordinary settings keep their meaning,
and what is not in a table here is ordinary.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import configargparse

from checkov_keys.cli.checkov_flags import CHECKOV_FLAGS, Kind
from checkov_keys.cli.configuration import (
    ConfigurationFile,
    check_named_files,
    find_configuration_files,
    read_configuration,
)
from checkov_keys.cli.locations import CHECKS_DIR
from checkov_keys.domain.errors import UsageError
from checkov_keys.report.standard_streams import print_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checkov_keys.cli.configuration import Value

_CODE = "its code would be run"
_NETWORK = "what is scanned, or a credential, would be sent somewhere, or code would be fetched from there"
_TRUST = "it decides whom the network connection trusts"
_WRITES = "a file would be written that nobody named"
_GREEN = "it turns the verdict without a trace"

# Keys that no file of flags may set. On the command line they mean what they mean to Checkov.
OF_NO_FILE = {
    "external-checks-dir": _CODE,
    "external-checks-git": _CODE,
    "external-checks-public-key": _CODE,
    "no-fail-on-crash": _GREEN,
}
# Keys that a file of the scanned or of the working directory may not set.
OF_NO_FOLDER = {
    **OF_NO_FILE,
    "add-check": _WRITES,
    "bc-api-key": _NETWORK,
    "prisma-api-url": _NETWORK,
    "openai-api-key": _NETWORK,
    "support": _NETWORK,
    "docker-image": _NETWORK,
    "image": _NETWORK,
    "dockerfile-path": _NETWORK,
    "download-external-modules": _NETWORK,
    "external-modules-download-path": _NETWORK,
    "ca-certificate": _TRUST,
    "no-cert-verify": _TRUST,
    "create-config": _WRITES,
    "create-baseline": _WRITES,
    "output-file-path": _WRITES,
    "policy-metadata-filter": _GREEN,
    "policy-metadata-filter-exception": _GREEN,
    "evaluate-variables": _GREEN,
}
# Keys that make Checkov do something else than scan: with them in a file, nothing would be judged.
NO_SCAN = ("list", "show-config", "version", "help")
# Checkov's own, of which a key in the tables above begins with them.
_ORDINARY = frozenset({"output"})
_SWITCHES = {name.lstrip("-") for flag in CHECKOV_FLAGS for name in flag.names if flag.kind is Kind.SWITCH}
_TARGETS = {"directory": ("-d", "--directory"), "file": ("-f", "--file")}
_ENVIRONMENT = {"framework": "CKV_FRAMEWORK", "check": "CKV_CHECK", "skip-check": "CKV_SKIP_CHECK"}


class ScanConfiguration:
    """The files of flags of one scan, read once, without what they may not set."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Read the files that Checkov would read for a command line, and say on standard error what is ignored.

        Raises UsageError in one line if a file is malformed, or has Checkov do something else than scan.
        """
        self._arguments = arguments
        self._files: dict[str, dict[str, Value]] = {}
        # The last file that sets a key: what comes later overrides the former.
        self._sources: dict[str, str] = {}
        folders = {_name_for_lookup(folder): folder for folder in (*_find_directories(arguments), Path())}
        for file in find_configuration_files(folders.values(), _find_named(arguments)):
            kept = self._keep(file)
            self._files[_name_for_lookup(file.path)] = kept
            self._sources.update(dict.fromkeys(kept, file.name))

    def parser_class(self) -> type[configargparse.ConfigFileParser]:
        """Return what configargparse takes as its parser of files: it gets what is left of them."""
        find = self._find

        class Kept(configargparse.YAMLConfigFileParser):  # type: ignore[misc]  # configargparse is untyped
            def parse(self, stream: Any) -> Mapping[str, Value]:  # noqa: ANN401
                return find(stream.name)

        return Kept

    def blame(self, *keys: str) -> str:
        """Return in words which file sets the first of the keys that is not on the command line, "" if none does."""
        for key in keys:
            if key in self._sources and not self._is_given(key):
                return f"{self._sources[key]}: {key}: "
        return ""

    @contextmanager
    def blamed(self, *keys: str) -> Iterator[None]:
        """Have a UsageError of the block begin with the file that sets one of the keys."""
        try:
            yield
        except UsageError as error:
            raise UsageError(f"{self.blame(*keys)}{error}") from error

    def _find(self, name: str) -> Mapping[str, Value]:
        """Return what is left of a file that Checkov has opened: of one that nobody foresaw, as of a stranger's."""
        key = _name_for_lookup(name)
        if key not in self._files:
            self._files[key] = self._keep(ConfigurationFile(Path(name), trusted=False))
        return self._files[key]

    def _is_given(self, key: str) -> bool:
        short = {"check": "-c"}.get(key)
        flags = tuple(name for name in (f"--{key}", short) if name)
        typed = any(argument in flags or argument.startswith(f"--{key}=") for argument in self._arguments)
        return typed or bool(os.environ.get(_ENVIRONMENT.get(key, "")))

    def _keep(self, file: ConfigurationFile) -> dict[str, Value]:
        """Return what a file may set."""
        refused = OF_NO_FILE if file.trusted else OF_NO_FOLDER
        typed = any(argument.startswith(("-d", "-f", "--directory", "--file")) for argument in self._arguments)
        kept: dict[str, Value] = {}
        ignored = []
        for key, value in read_configuration(file).items():
            _check_key(file, key, value)
            if key in refused:
                ignored += [] if value in (str(CHECKS_DIR), [str(CHECKS_DIR)]) else [key]
            elif key in _TARGETS and typed:
                # What is typed says what is scanned.
                ignored += [] if any(name in self._arguments for name in _TARGETS[key]) else [key]
            elif value is None:
                raise UsageError(
                    f"configuration file {file.name}: {key}: it needs a text, a number, true or false, "
                    "or a list of these"
                )
            else:
                check_named_files(file, key, value)
                kept[key] = value
        if ignored:
            advice = "type the flag" if file.trusted else "type the flag, or name the file with --config-file"
            if set(ignored) & set(OF_NO_FILE):
                advice = "type the flag"
            print_line(f"checkov-keys scan: {file.name}: ignored {', '.join(ignored)}: {advice}", sys.stderr)
        return kept


def _name_for_lookup(path: str | Path) -> str:
    """Return a path as it can be found again, though Checkov writes it in another way."""
    return os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111  # without following links


def _check_key(file: ConfigurationFile, key: str, value: Value | None) -> None:
    """Raise UsageError for a key that would end Checkov without a scan, and for one that Checkov would complete."""
    if key in NO_SCAN and str(value).lower() not in ("false", "no", "off", "0"):
        raise UsageError(f"{file.name}: {key}: nothing would be scanned: leave it out, or type the flag")
    if key in _SWITCHES and isinstance(value, list):
        raise UsageError(f"configuration file {file.name}: {key}: write true or false")
    known = {*OF_NO_FOLDER, *NO_SCAN}
    if key not in known | _ORDINARY and any(name.startswith(key) for name in known):
        raise UsageError(f"{file.name}: {key}: Checkov has no flag of this name")


def _find_directories(arguments: Sequence[str]) -> Iterator[Path]:
    """Yield the directories in which Checkov looks for files of flags, in its order."""
    for flag, value in zip(arguments, arguments[1:]):
        if flag in _TARGETS["directory"]:
            yield Path(value)


def _find_named(arguments: Sequence[str]) -> str | None:
    """Return the file of --config-file."""
    named = None
    for flag, value in zip(arguments, [*arguments[1:], ""]):
        if flag == "--config-file":
            named = value
        elif flag.startswith("--config-file="):
            named = flag.partition("=")[2]
    return named
