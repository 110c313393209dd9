"""What others have named, made fit to print."""

import pytest

from checkov_keys.domain.text import blank_unprintable, escape_unprintable, one_line, source_line

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
