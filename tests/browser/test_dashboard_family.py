"""Findings of several rules in a real browser: the finding, the steps, and the root user."""

import pytest

OFF = "aws iam update-access-key --access-key-id AKIAIOSFODNN7EXAMPLE --status Inactive --user-name support-bot"
LOOK = "aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=AKIAIOSFODNN7EXAMPLE"


@pytest.fixture
def family(checkov_results, live_record):
    """An account with a finding of the root user, of a quarantined user, and of one user by three rules."""
    leaked = {
        "keys": ["K"],
        "sentence": "s",
        "summary": "AWS has found a key of this user in public; K is still active",
    }
    root = {"keys": [], "sentence": "s", "summary": "has an access key"}
    old = {"keys": ["K"], "sentence": "s", "summary": "K is active and was to be rotated by 2026-01-01, after 90 days"}
    return checkov_results(
        "aws_iam",
        failed=[
            live_record("alice"),
            live_record("alice", check_id="CKV2_KEYS_2", check_name="Ensure active access keys are in use"),
            live_record(
                "alice",
                check_id="CKV2_KEYS_3",
                check_name="Ensure active access keys are rotated",
                finding=old,
                proposal={
                    "key": None,
                    "sentence": "Rotate K.",
                    "steps": ["aws iam create-access-key --user-name alice"],
                },
            ),
            live_record(
                "<root_account>",
                0,
                check_id="CKV2_KEYS_4",
                check_name="Ensure the root user has no access key",
                severity="CRITICAL",
                resource="arn:aws:iam::111122223333:root",
                finding=root,
                proposal={"key": None, "sentence": "By hand: delete it.", "steps": []},
            ),
            live_record(
                "support-bot",
                1,
                check_id="CKV2_KEYS_6",
                check_name="Ensure AWS has quarantined no user with an active access key",
                severity="CRITICAL",
                finding=leaked,
                proposal={"key": None, "sentence": "By hand, now: turn K off.", "steps": [OFF, LOOK]},
            ),
        ],
        passed=[live_record("bob", 1, check_id=f"CKV2_KEYS_{number}") for number in (1, 2, 3)],
        unjudged=[
            {
                "address": "arn:aws:iam::222233334444:root",
                "reason": "AccessDenied",
                "account": "222233334444",
                "rule": "CKV2_KEYS_4",
            }
        ],
    )


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(open_page, find_violations, family, scheme, width):
    """axe-core finds nothing in the page and in an opened finding, and the page is not wider than the screen."""
    page = open_page(family, color_scheme=scheme, viewport={"width": width, "height": 900})
    assert [] == find_violations(page)
    page.get_by_role("button", name="support-bot").click()
    assert [] == find_violations(page)
    assert width >= page.evaluate("document.documentElement.scrollWidth")


def test_the_most_severe_come_first(open_page, family):
    """The root user and the quarantined one are above whatever else fails."""
    page = open_page(family)
    names = page.locator("#rows .open").all_inner_texts()
    assert ["root user", "support-bot", "alice"] == names[:3]
    assert page.locator("#rows tr").first.inner_text().count("Has an access key. By hand: delete it.") == 1


def test_the_steps(open_page, family):
    """Each step has a button of its own that copies it, and says with whose credentials it is run."""
    page = open_page(family, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="support-bot").click()
    detail = page.locator("#detail")
    assert "AWS has found a key of this user in public; K is still active" in detail.inner_text()
    assert [OFF, LOOK] == detail.locator(".command code").all_inner_texts()[:2]
    page.get_by_role("button", name="Copy the step 2").click()
    page.locator("#copied", has_text="Copied the step 2").wait_for(state="attached")
    assert LOOK == page.evaluate("navigator.clipboard.readText()")
    assert "with the credentials of account 111122223333" in detail.inner_text()


def test_filters_and_figures(open_page, family):
    """A user of three findings is one user; severity and rule filter; what a rule could not judge is found by it."""
    page = open_page(family)
    figures = page.locator("dl.numbers").inner_text()
    assert "2\nUsers with a finding" in figures or "Users with a finding\n2" in figures
    page.get_by_label("Severity").select_option("CRITICAL")
    assert 3 == page.locator("#rows tr").count()
    page.get_by_label("Check", exact=True).select_option("CKV2_KEYS_4")
    assert 2 == page.locator("#rows tr").count()


def test_without_javascript(open_page, family):
    """The table for it has the findings and the steps too."""
    page = open_page(family, java_script_enabled=False)
    text = page.locator("noscript").first.inner_text()
    assert "Has an access key" in text
    assert OFF in text
