"""Command lines whose flags may stand in Checkov's configuration file too."""

from __future__ import annotations

from pathlib import Path

import configargparse
import yaml

from checkov_keys.domain.errors import UsageError


class _YamlMapping(configargparse.YAMLConfigFileParser):  # type: ignore[misc]  # configargparse is untyped
    """Checkov's configuration format; what is no mapping of YAML is said in one line."""

    def parse(self, stream: object) -> object:
        try:
            return super().parse(stream)
        except (configargparse.ConfigFileParserException, yaml.YAMLError) as error:
            raise UsageError(
                f"configuration file {getattr(stream, 'name', '')}: {' '.join(str(error).split())}"
            ) from error


def configured_parser(command: str, description: str, epilog: str) -> configargparse.ArgumentParser:
    """Return a parser of a command's flags that reads .checkov.yaml where Checkov reads it.

    Keys there that mean nothing to the command are left alone; those of --config-file override it.
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
        config_file_parser_class=_YamlMapping,
        ignore_unknown_config_file_keys=True,
        add_config_file_help=False,
        add_env_var_help=False,
        allow_abbrev=False,
    )
    parser.add("--config-file", is_config_file=True, help="YAML file with these flags as keys; default: .checkov.yaml")
    return parser
