"""What others have named, made fit to print."""

import pytest

from checkov_keys.domain.text import (
    blank_unprintable,
    disarm_commands,
    escape_unprintable,
    last_line,
    one_line,
    show_hidden,
    source_line,
)

TEXTS = {
    "silent: empty": ("", "", "", ""),
    "silent: plain": ("ops team", "ops team", "ops team", "ops team"),
    "silent: letters of other scripts": ("Ünï コ", "Ünï コ", "Ünï コ", "Ünï コ"),
    "white space": (" a\t b ", "a b", " a  b ", " a\\u0009 b "),
    "line breaks": ("a\r\nb\u2028c", "a b c", "a  b c", "a\\u000d\\u000ab\\u2028c"),
    "a colour": ("a\x1b[31mb", "ab", "a [31mb", "a\\u001b[31mb"),
    "a link": ("a\x1b]8;;https://x\x07b", "ab", "a ]8;;https://x b", "a\\u001b]8;;https://x\\u0007b"),
    "another direction": ("a\u202eb", "a b", "a b", "a\\u202eb"),
    "nothing to see": ("a\u200bb", "a b", "a b", "a\\u200bb"),
    "a lone surrogate": ("a\ud800b", "a b", "a b", "a\\ud800b"),
    "two surrogates for one character": ("a\ud83d\ude00b", "a\U0001f600b", "a  b", "a\\ud83d\\ude00b"),
    "a tag of another plane": ("a\U000e0041b", "a b", "a b", "a\\U000e0041b"),
}


@pytest.mark.parametrize(
    ("text", "line", "blanked", "escaped"), [pytest.param(*case, id=name) for name, case in TEXTS.items()]
)
def test_text_of_others(text, line, blanked, escaped):
    """Nothing that moves a cursor, hides, or breaks a line reaches a report; addresses stay different."""
    assert (line, blanked, escaped) == (one_line(text), blank_unprintable(text), escape_unprintable(text))


def test_a_line_of_source():
    """A line of source keeps its indentation."""
    assert "    name = 1" == source_line("\tname = 1\x1b[0m  \n")


HIDDEN = {
    "silent: lines, tabs, colours": ("a\n\tb\r\n\x1b[31mc\x1b[0m", "a\n\tb\r\n\x1b[31mc\x1b[0m"),
    "a cursor that moves": ("a\x1b[2Jb\rc", "a\\u001b[2Jb\\u000dc"),
    "another direction": ("a\u202eb", "a\\u202eb"),
    "a lone surrogate": ("a\udcffb", "a\\udcffb"),
}


@pytest.mark.parametrize(("text", "shown"), HIDDEN.values(), ids=HIDDEN)
def test_show_hidden(text, shown):
    """Several lines stay lines, and what hides is shown."""
    assert shown == show_hidden(text)


COMMANDS = {
    "silent: colons within a line": ("AWS::IAM::User", "", "AWS::IAM::User"),
    "silent: a heading": ("## a [b]", "", "## a [b]"),
    "at the beginning": ("::error::x", "", ": :error::x"),
    "after white space": ("a\n \t::x", "", "a\n \t: :x"),
    "after a carriage return": ("a\r::x", "", "a\r: :x"),
    "anywhere": ("a ##[b] ##vso[c] ##TeamCity[d]", "", "a ## [b] ##vso [c] ##TeamCity [d]"),
    "in two parts": (":error::x", " :", " :error::x"),
    "in two parts, the mark": ("[error]", "a##", " [error]"),
    "silent: a line that has begun": ("::x", "a", "::x"),
}


@pytest.mark.parametrize(("text", "line", "disarmed"), COMMANDS.values(), ids=COMMANDS)
def test_disarm_commands(text, line, disarmed):
    """A space is within what a runner would take, however the text comes in parts."""
    assert disarmed == disarm_commands(text, line)


@pytest.mark.parametrize("split", range(20))
def test_commands_in_parts(split):
    """Wherever a text is cut, no command is left, and nothing but spaces is added."""
    text = "a\n " + " " * 40 + "::e ##vso[x"
    first, second = text[: 30 + split], text[30 + split :]
    printed = disarm_commands(first)
    printed += disarm_commands(second, last_line(printed))
    assert text.replace(" ", "") == printed.replace(" ", "")
    assert "::" not in printed
    assert "##vso[" not in printed
