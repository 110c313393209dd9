"""Files that are made to take long: everything ends as unresolved, in bounded time."""

import time

import pytest
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.iac.ansible.reader import AnsibleReader
from checkov_keys.iac.ansible.values import is_expression
from checkov_keys.iac.ansible.variables import Variables

# Seconds of the processor; every case takes about one at most on a machine that is not busy.
LONGEST = 10
LARGE = {
    "a text times a billion": "{{ 'x' * 1000000000 }}",
    "twice": "{{ ('x' * 16000) * 16000 }}",
    "a list times a billion": "{{ [1] * 1000000000 }}",
    "a product of large numbers": f"{{{{ {'*'.join(['999999999999'] * 300)} }}}}",
    "a sum of a range": "{{ range(1000000000) | sum }}",
    "a text in a range": "{{ 'a' in range(1000000000) }}",
    "a reversed range": "{{ range(1000000000) | reverse | join }}",
    "a range beyond all": "{{ range(1000000000000000000000) | first }}",
    "a product of ranges": "{{ range(1000) | product(range(1000), range(1000)) | list | length }}",
    "a wide format": "{{ '%1000000000d' % 3 }}",
    "a format in a test": "{{ '%1000000000d' is divisibleby 3 }}",
    "a width that is an argument": "{{ '%*d' % (1000000000, 3) }}",
    "a wide format filter": "{{ '%-1000000000s' | format('x') }}",
    "nothing replaced by much": "{{ '" + "a" * 99 + "'" + f"|replace('', '{'b' * 99}')" * 9 + " }}",
    "brackets": "{{ " + "(" * 9999 + "a" + ")" * 9999 + " }}",
    "brackets that are not closed": "{{ " + "[" * 2000,
    "not not": "{{ " + "not " * 1000 + "true }}",
    "minus minus": "{{ " + "-" * 2000 + "1 }}",
    "a long sum": "{{ " + "+".join(["1"] * 1500) + " }}",
    "many filters": "{{ 'a'" + "|lower" * 600 + " }}",
    "many choices": "{{ " + "1 if false else " * 250 + "2 }}",
    "white space": "{{ a" + " " * 60_000 + "b }}",
    "openings": "{{ " * 20_000,
    "openings of statements": "{% " * 20_000,
    "openings of comments": "{# " * 20_000,
    "many expressions": "{{ a }}" * 9000,
    "quotes": "{{ " + "'" * 30_001 + " }}",
    "digits": "{{ " + "9" * 9999 + " }}",
    "a list that holds itself": "{{ itself | flatten }}",
    "a list that refers to itself": "{{ circle[0] | lower }}",
    "a list that doubles eleven times": "{{ doubled | flatten | join }}",
    "whether it equals itself": "{{ doubled == doubled }}",
    "whether it equals itself, by a filter": "{{ doubled | hash('md5') }}",
    "a chain of names": "{{ name0 }}",
}
ITSELF = ["a"]
ITSELF.append(ITSELF)
DOUBLED = ["x"]
for _ in range(11):
    DOUBLED = [DOUBLED] * 10
KNOWN = {
    "itself": ITSELF,
    "circle": ["{{ circle[0] }}{{ circle[1] }}", "{{ circle }}"],
    "doubled": DOUBLED,
    **{f"name{number}": f"{{{{ name{number + 1} | lower }}}}" * 2 for number in range(400)},
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_what_would_take_long_stays_unresolved(text):
    """Neither a value nor a spelling takes long to find."""
    start = time.process_time()
    variables = Variables(KNOWN)
    assert is_expression(variables.render(text))
    assert len(variables.spell(text)) < 2 * len(text) + 9999
    assert time.process_time() - start < LONGEST


TASK = '- name: kNUMBER\n  amazon.aws.iam_access_key: {user_name: "USER"}\n  loop: "LOOP"\n'
FREE_FORM = "- name: kNUMBER\n  amazon.aws.iam_access_key: '"
TASKS = {
    "loops over ranges": TASK.replace("USER", "{{ item }}-x").replace("LOOP", "{{ range(1000000000) }}"),
    "unresolved users": TASK.replace("USER", "{{ item | hash('md5') }}").replace("LOOP", "{{ range(5000) }}"),
    "products": TASK.replace("LOOP", "{{ range(200) | product(range(200)) }}"),
    "lists of lists": TASK.replace('loop: "LOOP"', f"with_items: [&a [{'x, ' * 999}], {'*a, ' * 999}]"),
    "arguments without names": f"{FREE_FORM}{'a' * 60_000}'\n",
    "arguments with half a name": f"{FREE_FORM}{'a=' * 9000}'\n",
    "arguments with openings": f"{FREE_FORM}a={'{{' * 9000}'\n",
}


class _Graph:
    """As much of Checkov's graph as the reader needs: the path of a file."""

    def __init__(self, path):
        self._path = path

    def vertices(self):
        return [{CustomAttributes.FILE_PATH: str(self._path)}]


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_file_of_many_such_tasks_is_read_in_bounded_time(tmp_path, task):
    """The tasks of one file share one effort."""
    path = tmp_path / "tasks.yml"
    path.write_text("".join(task.replace("NUMBER", str(number)) for number in range(40)))
    start = time.process_time()
    AnsibleReader().read(_Graph(path))
    assert time.process_time() - start < LONGEST
