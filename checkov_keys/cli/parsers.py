"""Parsers of command lines: plain ones, and ones whose flags may be in Checkov's configuration file too."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import configargparse
import yaml

from checkov_keys.cli.checkov_flags import Taker, add_checkov_flags
from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def build_plain_parser(
    command: str, description: str, epilog: str, usage: str | None = None
) -> argparse.ArgumentParser:
    """Return a parser for a command, without flags yet; the texts are shown as they are written."""
    return argparse.ArgumentParser(
        prog=f"checkov-keys {command}",
        usage=usage,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


class _YamlMapping(configargparse.YAMLConfigFileParser):  # type: ignore[misc]  # configargparse is untyped
    """Checkov's configuration format, without the keys of `typed`; an error of YAML is said in one line."""

    typed: Sequence[str] = ()

    def parse(self, stream: object) -> dict[str, object]:
        try:
            read = super().parse(stream)
            # YAML reads a key `yes` as true.
            named = {"yes" if key is True else str(key): value for key, value in read.items()}
            return {key: value for key, value in named.items() if key.replace("_", "-") not in self.typed}
        except (configargparse.ConfigFileParserException, yaml.YAMLError) as error:
            raise UsageError(
                f"configuration file {getattr(stream, 'name', '')}: {' '.join(str(error).split())}"
            ) from error


def build_configured_parser(
    command: str, description: str, epilog: str, *, typed: Sequence[str] = ()
) -> configargparse.ArgumentParser:
    """Return a parser for a command, with --config-file only yet; it reads .checkov.yaml where Checkov reads it.

    Keys there that mean nothing to the command are ignored, and so are those in `typed`, flags that somebody must type:
    a file in a folder must not be what changes an account. Those of --config-file override it.
    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """
    parser = configargparse.ArgumentParser(
        prog=f"checkov-keys {command}",
        description=description,
        epilog=epilog,
        formatter_class=configargparse.RawDescriptionHelpFormatter,
        default_config_files=[
            str(folder / name) for folder in (Path.cwd(), Path.home()) for name in (".checkov.yaml", ".checkov.yml")
        ],
        config_file_parser_class=type("_YamlMapping", (_YamlMapping,), {"typed": typed}),
        ignore_unknown_config_file_keys=True,
        add_config_file_help=False,
        add_env_var_help=False,
        allow_abbrev=False,
    )
    add_checkov_flags(parser, Taker.CONFIGURED)
    return parser
