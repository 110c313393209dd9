"""The table of Checkov's flags, held against Checkov's own parser."""

import argparse

import configargparse
import pytest
from checkov.common.util.ext_argument_parser import ExtArgumentParser

from checkov_keys.cli.checkov_flags import CHECKOV_FLAGS, Taker, add_checkov_flags

TAKERS = (Taker.SCAN, Taker.RUNNERS_ONLY, Taker.AUDIT, Taker.CONFIGURED)


@pytest.fixture(scope="module")
def checkovs():
    """Checkov's own parser."""
    parser = ExtArgumentParser()
    parser.add_parser_args()
    return parser


def build(taker):
    parser_type = argparse.ArgumentParser if taker is Taker.SCAN else configargparse.ArgumentParser
    parser = parser_type(add_help=False)
    add_checkov_flags(parser, taker)
    return parser


def flags_of(parser):
    """A parser's actions by the first name of each flag."""
    return {action.option_strings[0]: action for action in parser._actions}  # noqa: SLF001


def differences(ours, theirs):
    """What our flags and Checkov's of the same names do not agree about: names, kinds, values."""
    known = flags_of(theirs)
    found = []
    for name, action in flags_of(ours).items():
        checkovs = known.get(name)
        if checkovs is None or action.option_strings != checkovs.option_strings:
            found.append(f"{name}: names")
        elif (type(action), action.nargs, action.dest) != (type(checkovs), checkovs.nargs, checkovs.dest):
            found.append(f"{name}: kind")
        elif checkovs.choices and not set(action.choices or ()) <= set(checkovs.choices):
            found.append(f"{name}: values")
    return found


@pytest.mark.parametrize("taker", TAKERS)
def test_flags_are_checkovs(checkovs, taker):
    """Every flag of the table has Checkov's names and takes what Checkov's takes."""
    ours = build(taker)
    assert flags_of(ours)
    assert [] == differences(ours, checkovs)


def test_defaults_and_variables_are_checkovs(checkovs):
    """A scan by the runners alone gets what Checkov would get, of its parser and of the environment."""
    known = flags_of(checkovs)
    facts = ("default", "env_var", "is_config_file_arg")
    ours = {name: [getattr(action, fact) for fact in facts] for name, action in flags_of(build(TAKERS[1])).items()}
    assert {name: [getattr(known[name], fact) for fact in facts] for name in ours} == ours


MALFORMED = {
    "a name that Checkov does not have": ((("--frobnicate",), {}), "--frobnicate: names"),
    "one name of two": ((("-o",), {"action": "append"}), "-o: names"),
    "a value that is not repeatable": ((("--skip-path",), {}), "--skip-path: kind"),
    "a switch with a value": ((("--quiet",), {}), "--quiet: kind"),
    "several values at a time": ((("--var-file",), {"action": "append", "nargs": "+"}), "--var-file: kind"),
    "a value that Checkov does not know": (
        (("-o", "--output"), {"action": "append", "choices": ["cli", "yaml"]}),
        "-o: values",
    ),
}


@pytest.mark.parametrize(("flag", "expected"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_checkovs_is_found(checkovs, flag, expected):
    """A flag that means something else than Checkov's would not go unnoticed."""
    parser = argparse.ArgumentParser(add_help=False)
    names, keywords = flag
    parser.add_argument(*names, **keywords)
    assert [expected] == differences(parser, checkovs)


def test_each_flag_is_written_once():
    """No name is in the table twice, and each flag has help for everybody who shows it."""
    names = [name for flag in CHECKOV_FLAGS for name in flag.names]
    assert len(names) == len(set(names))
    assert [] == [flag.names for flag in CHECKOV_FLAGS if not flag.help and flag.takers is not Taker.RUNNERS_ONLY]
