"""The benchmarks of a check, in whatever shape results have them."""

import pytest

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.report.dashboard.benchmarks import BenchmarkReader, read_benchmarks
from checkov_keys.report.dashboard.findings import FAILED, build_finding


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        ([], None),
        ([], {}),
        ([], []),
        ([], ""),
        (["CIS v5.0: 1.12"], {"CIS v5.0": [{"name": "1.12", "description": "Only one"}]}),
        (["CIS v5.0: 1.12, 1.13"], {"CIS v5.0": [{"name": "1.12"}, {"name": "1.13"}]}),
        (["CIS v5.0: Only one"], {"CIS v5.0": [{"name": "", "description": "Only one"}]}),
        (["APRA"], {"APRA": [{"name": "APRA", "description": "as a whole"}]}),
        (["APRA", "MAS"], {"APRA": [], "MAS": None}),
        (["CIS v5.0: 1.12"], {"CIS v5.0": ["1.12"]}),
        (["CIS v5.0: 1.12"], {"CIS v5.0": "1.12"}),
        (["CIS v5.0: 1.12"], {"CIS v5.0": {"name": "1.12"}}),
        (['CIS v5.0: {"id": 7}, [1], 2'], {"CIS v5.0": [{"id": 7}, [1], 2]}),
        (["1.12, 1.13"], ["1.12", "1.13"]),
        (["nonsense"], "nonsense"),
        (["7"], 7),
        (["a b: </b>"], {"a\n\x1b[31mb": ["</b>\u202e"]}),
    ],
)
def test_the_benchmarks(texts, value):
    """Each is named with its controls; what has another shape than Checkov's platform writes is shown as it is."""
    assert texts == list(read_benchmarks(value))


@pytest.mark.parametrize(
    ("shown", "check", "value"),
    [
        (("SOC: 1",), ONE_ACTIVE_KEY.text.id, {"SOC": [{"name": "1"}]}),
        (tuple(map(str, ONE_ACTIVE_KEY.text.benchmarks)), ONE_ACTIVE_KEY.text.id, None),
        (None, "CKV_AWS_1", None),
    ],
    ids=["told", "older results of our rule", "any other check"],
)
def test_the_benchmarks_of_a_finding(checkov_record, shown, check, value):
    """Those of the record come first, then those of the rule."""
    found = build_finding(checkov_record(check_id=check, benchmarks=value), FAILED, "terraform")
    assert shown == found.get("benchmarks")


def test_many_in_a_row():
    """What was read last does not answer for anything else."""
    values = [None, {"SOC": ["1"]}, {"SOC": ["1"]}, None, {}, 1, [1], {"SOC": ["2"]}]
    read = BenchmarkReader()
    assert [read_benchmarks(value) for value in values] == [read(value) for value in values]
