"""What a page counts."""

import json

import pytest

from checkov_keys.report.dashboard.figures import DashboardNumbers, count_ages, count_last_uses, find_oldest
from checkov_keys.report.dashboard.findings import FAILED, PASSED, SUPPRESSED, UNJUDGED
from checkov_keys.report.dashboard.results import read_results


def numbers_of(*results):
    numbers = DashboardNumbers()
    for each in read_results(json.dumps(results).encode(), "a.json"):
        numbers.add(each)
    return numbers


def key(age=None, idle=None, *, never=False):
    return {"age": age, "idle": idle, "never": never}


@pytest.mark.parametrize(
    ("label", "age"),
    [
        ("not known", None),
        ("under 30 days", -1),
        ("under 30 days", 0),
        ("under 30 days", 29),
        ("30 to 89 days", 30),
        ("30 to 89 days", 89),
        ("90 to 179 days", 90),
        ("180 to 364 days", 180),
        ("180 to 364 days", 364),
        ("365 days or more", 365),
        ("365 days or more", 10**30),
    ],
)
def test_the_ages(label, age):
    """Each key is in one bucket, and every bucket is named."""
    histogram = dict(count_ages([key(age)]))
    assert (6, 1, 1) == (len(histogram), sum(histogram.values()), histogram[label])


@pytest.mark.parametrize(
    ("label", "fields"),
    [
        ("not known", {}),
        ("never", {"never": True}),
        ("under 30 days ago", {"idle": 29}),
        ("30 to 89 days ago", {"idle": 30}),
        ("90 to 364 days ago", {"idle": 364}),
        ("365 days ago or more", {"idle": 365}),
    ],
)
def test_the_last_uses(label, fields):
    """Never is not the same as not known."""
    histogram = dict(count_last_uses([key(**fields)]))
    assert (6, 1, 1) == (len(histogram), sum(histogram.values()), histogram[label])


def test_the_oldest():
    """Keys of unknown age are no oldest ones."""
    assert (None, None, 7) == (find_oldest([]), find_oldest([key()]), find_oldest([key(), key(3), key(7)]))


def test_nothing(checkov_results):
    """Results without a verdict are no verdicts."""
    numbers = numbers_of(checkov_results())
    assert (0, 0, False) == (numbers.total, numbers.users_with_several, numbers.tells_of_keys)


def test_results_add_up(checkov_results, checkov_record, live_record):
    """Verdicts are counted over all runners, by account and by file."""
    numbers = numbers_of(
        checkov_results(
            "terraform", failed=[checkov_record()], skipped=[checkov_record("SES")], parsing_errors=["/infra/main.tf"]
        ),
        checkov_results(
            "aws_iam",
            failed=[live_record(account_name="prod")],
            passed=[live_record("bob", 1), live_record("carol", 0)],
            unjudged=[{"address": "arn:…:user/*", "reason": "denied", "account": "222", "account_name": "dev"}],
        ),
    )
    assert {FAILED: 2, UNJUDGED: 2, SUPPRESSED: 1, PASSED: 2} == dict(numbers.counts)
    assert {"/infra/main.tf": {FAILED: 1, SUPPRESSED: 1, UNJUDGED: 1}} == numbers.by_file
    assert {"111122223333": {FAILED: 1, PASSED: 2}, "222": {UNJUDGED: 1}} == numbers.by_account
    assert {"111122223333": "prod", "222": "dev"} == numbers.account_names
    assert (1, 3) == (numbers.users_with_several, len(numbers.active_keys))
    assert ["it does not parse", "denied"] == [found["reason"] for found in numbers.listed[UNJUDGED]]


def test_a_key_counts_once(checkov_results, live_record):
    """Results of two days tell of the same keys; what was read last holds."""
    today = live_record()
    today["access_keys"][0]["status"] = "Inactive"
    numbers = numbers_of(checkov_results(failed=[live_record()]), checkov_results(passed=[today]))
    assert (1, 0) == (len(numbers.active_keys), numbers.users_with_several)


def test_what_summaries_count_only(checkov_results):
    """What no list names is counted, and known to be named nowhere."""
    summary = {"passed": 5, "failed": 2, "parsing_errors": 1, "unjudged": 3}
    numbers = numbers_of({**checkov_results(), "summary": summary})
    assert {FAILED: 2, UNJUDGED: 4, PASSED: 5} == {name: count for name, count in numbers.unnamed.items() if count}
    assert (2, 4, 5) == tuple(numbers.counts[verdict] for verdict in (FAILED, UNJUDGED, PASSED))


@pytest.mark.parametrize(("verdict", "listed", "most"), [(FAILED, "failed", 25_000), (PASSED, "passed", 5_000)])
def test_more_than_a_page_can_list(checkov_results, checkov_record, verdict, listed, most):
    """Beyond the limit records are counted, in their file too."""
    numbers = numbers_of(checkov_results(**{listed: [checkov_record(code_block=None)] * (most + 3)}))
    assert (most, 3) == (len(numbers.listed[verdict]), numbers.not_listed(verdict))
    assert most + 3 == numbers.by_file["/infra/main.tf"][verdict]


@pytest.mark.parametrize(
    ("reasons", "errors", "unjudged"),
    [
        (["it does not parse"], ["/a.tf"], []),
        (["a key depends on it"], ["/a.tf"], ["a.tf"]),
        (["it does not parse", "a key depends on it"], ["/a.tf", "/b.tf"], ["/b.tf"]),
    ],
)
def test_a_file_is_not_judged_once(checkov_results, reasons, errors, unjudged):
    """A file that does not parse is listed once, with what is told of it."""
    named = [{"address": path, "reason": "a key depends on it"} for path in unjudged]
    numbers = numbers_of(checkov_results(parsing_errors=errors, unjudged=named))
    assert reasons == [found["reason"] for found in numbers.listed[UNJUDGED]]
    assert len(reasons) == numbers.counts[UNJUDGED]


def test_the_id_of_a_finding(checkov_results, checkov_record, live_record):
    """It stays when the verdict and the lines change, and no two findings have the same."""
    before = numbers_of(checkov_results(failed=[checkov_record(), checkov_record(), live_record()]))
    after = numbers_of(
        checkov_results(passed=[live_record(active=1)], failed=[checkov_record(file_line_range=[60, 70])] * 2)
    )
    ids = [{found["id"] for found in numbers.listed[FAILED] + numbers.listed[PASSED]} for numbers in (before, after)]
    assert 3 == len(ids[0])
    assert ids[0] == ids[1]
