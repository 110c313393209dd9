"""Tells whether Checkov's runners alone can do a scan, and what its flags say then.

The parser here knows the flags that need nothing of Checkov's main. Anything else on the command line, in .checkov.yaml
or in the environment, mistakes included, is left to Checkov's own parser, which also says what is wrong.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import configargparse
from checkov.common.bridgecrew.check_type import checkov_runners
from checkov.common.util.config_utils import get_default_config_paths

from checkov_keys.cli.checkov_flags import CHECKOV_FLAGS, Taker, add_checkov_flags
from checkov_keys.iac.common.frameworks import FRAMEWORKS

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from checkov_keys.cli.scanning.scan_configuration import ScanConfiguration

# Names of variables that Checkov, its platform or its parser may read begin like this, or are these.
_CHECKOVS = ("BC_", "CKV_", "CHECKOV_", "PRISMA_")
_OURS = "CHECKOV_KEYS"
_ALSO_CHECKOVS = frozenset({"DOWNLOAD_EXTERNAL_MODULES", "EXTERNAL_MODULES_DIR", "ENABLE_CONFIG_FILE_VALIDATION"})
# The runners read these themselves.
_OF_RUNNERS = frozenset(
    {
        "BC_SKIP_MAPPING",
        "CHECKOV_GRAPH_FRAMEWORK",
        "CHECKOV_PARALLELIZATION_TYPE",
        "CHECKOV_WORKERS_NUMBER",
        "CKV_IGNORED_DIRECTORIES",
        "CKV_IGNORE_HIDDEN_DIRECTORIES",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK",
    }
)
_KNOWN = _OF_RUNNERS | {flag.variable for flag in CHECKOV_FLAGS if flag.variable and Taker.RUNNERS_ONLY in flag.takers}


class _LeftToCheckovError(Exception):
    """The parser met something that is not for it."""


class _Parser(configargparse.ArgumentParser):  # type: ignore[misc]  # configargparse is untyped
    def error(self, message: str) -> NoReturn:
        raise _LeftToCheckovError(message)


def read_runner_options(arguments: Sequence[str], configuration: ScanConfiguration) -> Namespace | None:
    """Return the flags of a scan that Checkov's runners can do alone, None if it needs Checkov's main.

    `directory` and `file` are lists of paths that exist, one of them empty; `framework` is a tuple of FRAMEWORKS in
    their order; the other flags are as Checkov's parser gives them.
    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """
    if not arguments or arguments[-1] in ("-d", "--directory") or not _is_plain_environment(os.environ):
        return None
    if any(argument.startswith("-ca") for argument in arguments):
        # A flag of Checkov that this parser would take for -c.
        return None
    try:
        options: Namespace = _build_parser(arguments, configuration).parse_args(list(arguments))
    except _LeftToCheckovError:
        return None
    options.directory = options.directory or []
    options.file = list(itertools.chain.from_iterable(options.file or []))
    options.framework = _choose_frameworks(options)
    exist = all(map(os.path.isdir, options.directory)) and all(map(os.path.isfile, options.file))
    one = bool(options.directory) is not bool(options.file)
    # Checkov's path of a baseline of files is not the path of a file.
    return options if exist and one and options.framework and not (options.file and options.create_baseline) else None


def _is_plain_environment(environment: Mapping[str, str]) -> bool:
    """Tell whether no variable and no file in the home directory needs Checkov's main."""
    read = {name for name in environment if name.startswith(_CHECKOVS) and not name.startswith(_OURS)}
    if (read - _KNOWN) | (_ALSO_CHECKOVS & set(environment)):
        return False
    if (environment.get("BC_SKIP_MAPPING") or "TRUE").upper() != "TRUE":
        return False
    # https://github.com/bridgecrewio/checkov/blob/main/checkov/common/bridgecrew/platform_key.py
    return not Path.home().joinpath(".bridgecrew", "credentials").exists()


def _choose_frameworks(options: Namespace) -> tuple[str, ...]:
    """Return the frameworks to scan, none if Checkov's main has to say something about them."""
    named, skipped = _flatten(options.framework), _flatten(options.skip_framework)
    if not named or "all" in named:
        named = set(FRAMEWORKS)
    elif named & skipped:
        return ()
    if not (named <= set(FRAMEWORKS) and skipped <= set(checkov_runners)):
        return ()
    return tuple(framework for framework in FRAMEWORKS if framework in named - skipped)


def _flatten(lists: Sequence[Sequence[str]] | None) -> set[str]:
    return {name for names in lists or () for listed in names for name in listed.split(",")}


def _build_parser(arguments: Sequence[str], configuration: ScanConfiguration) -> configargparse.ArgumentParser:
    """Return Checkov's parser of the flags: each is read from files and the environment, too, as Checkov reads it."""
    parser = _Parser(
        default_config_files=get_default_config_paths(list(arguments)),
        config_file_parser_class=configuration.parser_class(),
        allow_abbrev=False,
        add_help=False,
        add_config_file_help=False,
        add_env_var_help=False,
    )
    add_checkov_flags(parser, Taker.RUNNERS_ONLY)
    return parser
