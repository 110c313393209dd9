"""Which lines a live user stands at, and where an account and its templates differ."""

import pytest

from checkov_keys.domain.drift import DriftKind, TemplateJoin
from checkov_keys.domain.templates import ManagedKey, SourceRange, TemplateKey, Templates, TemplateUser
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, Unjudged, User
from checkov_keys.report.live.drift import describe_drift

ONE, TWO = "111111111111", "222222222222"
ON, OFF, OPEN = KeyStatus.ACTIVE, KeyStatus.INACTIVE, KeyStatus.UNKNOWN
BY_HAND, ACTIVE, MISSING, UNRESOLVED = DriftKind.BY_HAND, DriftKind.ACTIVE, DriftKind.MISSING, DriftKind.UNRESOLVED


def live(*keys, name="ada", account=ONE):
    """A live user with keys: "A" is active, "-A" is not."""
    statuses = (AccessKey(key.lstrip("-"), OFF if key.startswith("-") else ON) for key in keys)
    return User(account, name, f"arn:aws:iam::{account}:user/{name}", tuple(statuses))


def of(*users, number=ONE, unread=()):
    missed = (Unjudged(f"arn:aws:iam::{number}:user/{name}", "AccessDenied") for name in unread)
    return Account(number, "aws", users, tuple(missed))


def place(line):
    return SourceRange(".", "main.tf", line, line + 2)


def key(line, status=ON, user="ada", account="", *, certain=True):
    """A declared key, whose address holds its line."""
    return TemplateKey(user, account, f"aws_iam_access_key.k{line}", place(line), status, certain)


def user(line, name="ada", account=""):
    return TemplateUser(name, account, f"aws_iam_user.u{line}", place(line))


def state(**lines):
    """A state in which key ids are at the addresses of lines."""
    return {name: ManagedKey(name, "Terraform", f"aws_iam_access_key.k{line}", "state") for name, line in lines.items()}


def joined(declared, *accounts, managed=None):
    users = tuple(each for each in declared if isinstance(each, TemplateUser))
    keys = tuple(each for each in declared if isinstance(each, TemplateKey))
    return TemplateJoin(Templates(users, keys), accounts, managed)


NONE = {
    "nothing": ((), (of(),), None),
    "a key that is declared": ((key(1),), (of(live("A")),), None),
    "by the user's name in another case": ((key(1, user="ada"),), (of(live("A", name="Ada")),), None),
    "one of each status": ((key(1), key(2, OFF)), (of(live("A", "-B")),), None),
    "inactive live, active in the template": ((key(1),), (of(live("-A")),), None),
    "a status that is not known": ((key(1, OPEN),), (of(live("A")),), None),
    "a key that may exist": ((key(1, certain=False),), (of(live()),), None),
    "a key that may exist, and does": ((key(1, certain=False),), (of(live("A")),), None),
    "a user that could not be read": ((key(1),), (of(unread=("ada",)),), None),
    "an account that could not be read": ((key(1),), (of(unread=("*",)),), None),
    "a template of another account": ((key(1, account=TWO), key(2, user="bob")), (of(live("A", name="bob")),), None),
    "an account without templates, beside another": (
        (key(1, account=ONE),),
        (of(live("A")), of(live("B", "C", account=TWO), number=TWO)),
        None,
    ),
    "one user by name in either account": ((key(1),), (of(number=TWO), of(live("A"))), None),
    "by the state's ids": ((key(1), key(2, OFF)), (of(live("A", "-B")),), state(A=1, B=2)),
    "a state of no audited account": ((), (of(),), state(A=1)),
    "a state of two accounts": (
        (key(1, account=ONE), key(2, account=TWO)),
        (of(live("A")),),
        state(A=1, B=2),
    ),
    "a state where something could not be read": ((key(1),), (of(live("A"), unread=("bob",)),), state(A=1, B=2)),
    "a key of a user that only the state tells": ((key(1, user=""),), (of(live("A")),), state(A=1)),
}


@pytest.mark.parametrize(("declared", "accounts", "managed"), NONE.values(), ids=NONE)
def test_no_drift(declared, accounts, managed):
    """What agrees, or cannot be compared, is not drift."""
    assert () == joined(declared, *accounts, managed=managed).drift()


# kind, user, ids of keys, how many, lines, told exactly
SOME = {
    "a key by hand": ((user(9),), (of(live("A")),), None, [(BY_HAND, "ada", ("A",), 1, [], True)]),
    "an inactive key by hand": ((), (of(live("-A")),), None, [(BY_HAND, "ada", ("A",), 1, [], True)]),
    "two by hand": ((), (of(live("A", "B")),), None, [(BY_HAND, "ada", (x,), 1, [], True) for x in "AB"]),
    "one of two by hand": ((key(1),), (of(live("A", "B")),), None, [(BY_HAND, "ada", (), 1, [1], False)]),
    "the state tells which": ((key(1),), (of(live("A", "B")),), state(A=1), [(BY_HAND, "ada", ("B",), 1, [], True)]),
    "the state does not know all templates": (
        (key(1), key(2)),
        (of(live("A", "B", "C")),),
        state(A=1),
        [(BY_HAND, "ada", (), 1, [2], False)],
    ),
    "active, to be inactive": ((key(1, OFF),), (of(live("A")),), None, [(ACTIVE, "ada", (), 1, [1], False)]),
    "one of two is": ((key(1), key(2, OFF)), (of(live("A", "B")),), None, [(ACTIVE, "ada", (), 1, [1, 2], False)]),
    "the state tells which is": (
        (key(1), key(2, OFF)),
        (of(live("A", "B")),),
        state(A=1, B=2),
        [(ACTIVE, "ada", ("B",), 1, [2], True)],
    ),
    "the active one may be that by hand": (
        (key(1, OFF),),
        (of(live("-A", "B")),),
        None,
        [(BY_HAND, "ada", (), 1, [1], False)],
    ),
    "no such user": ((key(1),), (of(),), None, [(MISSING, "ada", (), 1, [1], True)]),
    "no such user in any account": ((key(1),), (of(), of(number=TWO)), None, [(MISSING, "ada", (), 1, [1], True)]),
    "not in the account that the template tells": (
        (key(1, account=ONE),),
        (of(), of(live(account=TWO), number=TWO)),
        None,
        [(MISSING, "ada", (), 1, [1], True)],
    ),
    "no such key": ((key(1),), (of(live()),), None, [(MISSING, "ada", (), 1, [1], False)]),
    "one of two": ((key(1), key(2)), (of(live("A")),), None, [(MISSING, "ada", (), 1, [1, 2], False)]),
    "the state's key is gone": (
        (key(1), key(2, user="bob")),
        (of(live("A"), live(name="bob")),),
        state(A=1, B=2),
        [(MISSING, "bob", ("B",), 1, [2], True)],
    ),
    "a key of the state that no template declares any more": (
        (key(1),),
        (of(live("A")),),
        state(A=1, B=2),
        [(MISSING, "", ("B",), 1, [], True)],
    ),
    "nobody knows whose": (
        (key(1, user=""),),
        (of(live("A")),),
        None,
        [
            (BY_HAND, "ada", ("A",), 1, [], True),
            (UNRESOLVED, "", (), 1, [1], False),
        ],
    ),
    "two accounts that the templates tell": (
        (key(1, account=ONE), key(2, OFF, account=TWO)),
        (of(live("A", "B")), of(live("C", account=TWO), number=TWO)),
        None,
        [(BY_HAND, "ada", (), 1, [1], False), (ACTIVE, "ada", (), 1, [2], False)],
    ),
}


@pytest.mark.parametrize(("declared", "accounts", "managed", "expected"), SOME.values(), ids=SOME)
def test_drift(declared, accounts, managed, expected):
    """What differs, and whether ids or numbers tell it; the sentence names what it is about."""
    found = joined(declared, *accounts, managed=managed).drift()
    assert expected == [
        (each.kind, each.user, each.keys, each.count, [place.first_line for place in each.source_ranges], each.exact)
        for each in found
    ]
    for each in found:
        assert each.user in describe_drift(each)
        assert all(name in describe_drift(each) for name in each.keys)


PLACES = {
    "nowhere": (None, (), live("A", "B"), None, None),
    "another user": (None, (key(1, user="bob"),), live("A", "B"), None, None),
    "another account": (None, (key(1, account=TWO),), live("A", "B"), None, None),
    "its user only": (9, (user(9),), live("A", "B"), None, None),
    "a key before its user": (1, (user(9), key(1)), live("A", "B"), None, None),
    "an active key before an inactive one": (2, (key(1, OFF), key(2)), live("A", "B"), None, None),
    "the key to turn off, which the state tells": (2, (key(1), key(2)), live("A", "B"), "B", state(A=1, B=2)),
    "a key that the state does not know": (1, (key(1), key(2)), live("A", "B"), "B", state(A=1)),
}


@pytest.mark.parametrize(("line", "declared", "whose", "turned_off", "managed"), PLACES.values(), ids=PLACES)
def test_the_lines_of_a_user(line, declared, whose, turned_off, managed):
    """A user is shown at the key to turn off, or else at an active key, any key, or its own block."""
    found = joined(declared, of(whose), managed=managed).source_range(whose, turned_off)
    assert line == (found.first_line if found else None)
