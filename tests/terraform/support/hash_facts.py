"""Expressions whose text values Python can tell as well: hashes, dates, addresses, encodings. {expression: value}."""

from __future__ import annotations

import base64
import hashlib
import uuid


def _digest(name, text, size=None):
    whole = hashlib.new(name, text.encode()).hexdigest()
    return whole if size is None else whole[:size]


FACTS = {
    'substr(md5("payments"), 0, 6)': _digest("md5", "payments", 6),
    'substr(sha256("batch"), 0, 8)': _digest("sha256", "batch", 8),
    'substr(sha1("ci"), -4, 4)': _digest("sha1", "ci")[-4:],
    'substr(uuidv5("dns", "ci.example.com"), 0, 8)': str(uuid.uuid5(uuid.NAMESPACE_DNS, "ci.example.com"))[:8],
    'split("-", uuidv5("url", "https://example.com"))[1]': str(uuid.uuid5(uuid.NAMESPACE_URL, "https://example.com"))[
        9:13
    ],
    'replace(base64encode("ops"), "=", "")': base64.b64encode(b"ops").decode().strip("="),
    'formatdate("YYYY", "2024-05-01T10:00:00Z")': "2024",
    'formatdate("YYYYMMDD", timeadd("2024-12-31T20:00:00Z", "6h"))': "20250101",
    'cidrhost("10.1.0.0/16", 5)': "10.1.0.5",
    'cidrnetmask("10.0.0.0/12")': "255.240.0.0",
    'split("/", cidrsubnet("10.0.0.0/8", 8, 3))[0]': "10.3.0.0",
    'format("%02d", 7)': "07",
    'format("%x", 255)': "ff",
    'format("%.1f", 2.45)': "2.5",
    'format("%05.1f", 2.25)': "002.2",
    "tostring(1 + 1.5)": "2.5",
    'join("", [for n in range(3) : n])': "012",
    'join("-", range(1, 7, 2))': "1-3-5",
    'join(".", sort(["b", "a", "c"]))': "a.b.c",
    'join("", reverse(["x", "y"]))': "yx",
    'join("_", [for k, v in { b = 2, a = 1 } : "${k}${v}"])': "a1_b2",
    'title("deploy")': "Deploy",
    'indent(0, "plain")': "plain",
    'trimprefix("v1.2", "v")': "1.2",
    'tostring(length("abc") * 7 % 5)': "1",
    'tostring(parseint("ff", 16))': "255",
    "tostring(pow(2, 10) - 1)": "1023",
    "tostring(10 / 4)": "2.5",
    "tostring(-(-3))": "3",
    "tostring(true)": "true",
    '"${true && !false}"': "true",
    'join("", [for c in regexall("[a-z]", "a1b2") : upper(c)])': "AB",
    'join(",", distinct(["a", "b", "a"]))': "a,b",
    'join("+", flatten([["a"], [["b"]], []]))': "a+b",
    'element(["red", "green"], 3)': "green",
    'join("", tolist(setsubtract(["a", "b"], ["b"])))': "a",
    'join("", values({ y = "2", x = "1" }))': "12",
    'join("", matchkeys(["one", "two"], ["a", "b"], ["b"]))': "two",
    'join("", chunklist(["a", "b", "c"], 2)[1])': "c",
    'join("-", coalescelist([], ["z"]))': "z",
    'format("%s.%s", keys({ b = 1, a = 2 })...)': "a.b",
    'format("%q", "x") == "\\"x\\"" ? "quoted" : "plain"': "quoted",
    'nonsensitive(sensitive("open"))': "open",
    'abspath("/srv/../etc") == "/etc" ? "abs" : "rel"': "abs",
    'basename(dirname("a/mid/c"))': "mid",
    'pathexpand("plain")': "plain",
    'try(jsondecode("{"), "broken")': "broken",
    'can(regex("^a", "b")) ? "yes" : "no"': "no",
    'jsonencode({ a = 1 }) == "{\\"a\\":1}" ? "same" : "differs"': "same",
    'tostring(jsondecode("{\\"n\\": 12}").n)': "12",
    'yamldecode("a: yes").a': "yes",
    'base64sha256("x") == base64encode("x") ? "a" : "b64"': "b64",
    'textdecodebase64(textencodebase64("wide", "UTF-16LE"), "UTF-16LE")': "wide",
    'strcontains("deployer", "ploy") ? "in" : "out"': "in",
    'replace("a1b22", "/[0-9]+/", "_")': "a_b_",
    'replace("ab", "/(a)(b)/", "$2$1")': "ba",
    'format("%[2]s%[1]s", "a", "b")': "ba",
    'join("", [for i, v in ["a", "b"] : "${i}${v}"])': "0a1b",
    'timecmp("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z") < 0 ? "before" : "after"': "before",
    'one([for o in [{ n = "a", on = true }, { n = "b", on = false }] : o.n if o.on])': "a",
    'join("", [{ n = "a" }, { n = "b" }][*].n)': "ab",
    'trim("__core__", "_")': "core",
    "tostring(log(8, 2))": "3",
    "tostring(signum(-4) + 2)": "1",
    "tostring(ceil(1.2) + floor(1.8))": "3",
    'index(["a", "b"], "b") == 1 ? "second" : "first"': "second",
    '"%{ for x in ["p", "q"] }${x}%{ endfor }"': "pq",
    '"%{ if length("ab") > 1 }long%{ else }short%{ endif }"': "long",
}
"""Only values that may be a part of a user's name."""
