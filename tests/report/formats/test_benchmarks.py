"""Benchmarks reach every reader in the shape that Checkov's platform gives them."""

import json

import pytest

from checkov_keys.domain.rules.family import RULES

# What DefectDojo's importer asks of each entry: it shows both, and an entry that is a text ends the whole import.
# https://github.com/DefectDojo/django-DefectDojo/blob/master/dojo/tools/checkov/parser.py
FIELDS = {"name", "description"}
# No benchmark asks for these.
UNASKED = {"CKV2_KEYS_5", "CKV2_KEYS_7"}


def entries_of(benchmarks):
    return [entry for entries in benchmarks.values() for entry in entries]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_shape(rule):
    """A benchmark holds a list of objects with texts, and survives JSON."""
    benchmarks = json.loads(json.dumps(rule.encode_benchmarks()))
    assert bool(benchmarks) is (rule.id not in UNASKED)
    for entry in entries_of(benchmarks):
        assert FIELDS == entry.keys()
        assert all(isinstance(text, str) and text for text in entry.values())


@pytest.mark.parametrize("name", ["NIST 800-53 Rev. 4", "APRA", "MAS"])
def test_standards_are_no_controls(name):
    """The vendor names them as a whole, so no number is made up."""
    (standard,) = (each for each in RULES["CKV2_KEYS_1"].benchmarks if each.name == name)
    assert ("", name) == (standard.control, str(standard))
