"""What Jenkins' schema of JUnit XML allows, as a table:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

COUNTS = {"name", "time", "tests", "failures", "errors"}
MORE = {"group", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"}
ALLOWED = {
    "testsuites": (COUNTS, {"testsuite"}),
    "testsuite": (COUNTS | MORE, {"properties", "testcase"}),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name", "time", "classname", "group"}, {"failure", "error", "skipped"}),
    **dict.fromkeys(("failure", "error", "skipped"), ({"type", "message"}, set())),
}
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}, "property": {"name", "value"}}


def faults_of(root):
    """Whatever of a document is not in the table."""
    for parent in root.iter():
        attributes, children = ALLOWED.get(parent.tag, (set(), set()))
        yield from (f"{parent.tag} has {name}" for name in set(parent.keys()) - attributes)
        yield from (f"{parent.tag} lacks {name}" for name in REQUIRED.get(parent.tag, set()) - set(parent.keys()))
        yield from (f"{child.tag} in {parent.tag}" for child in parent if child.tag not in children)
