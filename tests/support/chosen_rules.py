"""Which rules the tests of the first rule run by."""

_CHOOSING = {"--check", "--skip-check", "--all-rules"}


def choose_first_rule(flags):
    """The flags for the first rule alone, unless some choose rules."""
    return () if _CHOOSING.intersection(map(str, flags)) else ("--check", "CKV2_KEYS_1")
