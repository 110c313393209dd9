"""What Jinja expressions evaluate to, and what stays unresolved, in tables."""

import pytest

from checkov_keys.iac.ansible.values import is_expression
from checkov_keys.iac.ansible.variables import Variables, find_root

KNOWN = {
    "team": "Web",
    "number": 3,
    "nothing": None,
    "flag": True,
    "csv": "anna,bela",
    "names": ["anna", "Bela", "anna", "ANNA"],
    "nested": ["a", ["b", ["c", None]]],
    "people": [{"name": "anna", "active": True, "age": 30}, {"name": "bela", "age": 20}],
    "tree": {"first": "x", "second": {"deep": ["p", "q"]}, "items": 5, "{{ team }}": "y"},
    "indirect": "{{ team }}-x",
    "elsewhere": "{{ inventory_user }}",
    "mixed": ["{{ team }}", "{{ inventory_user }}"],
    "left_out": "{{ omit }}",
}
RESOLVED = {
    "a name": ("{{ team }}", "Web"),
    "no white space": ("{{team}}", "Web"),
    "white space is cut": ("{{- team -}}", "Web"),
    "a comment": ("{# who #}{{ team }}", "Web"),
    "in a text": ("x-{{ team }}-{{ number }}", "x-Web-3"),
    "through another": ("{{ indirect | lower }}", "web-x"),
    "an attribute": ("{{ tree.second.deep[1] }}", "q"),
    "an item": ("{{ tree['second']['deep'].0 }}", "p"),
    "from the end": ("{{ names[-2] }}", "anna"),
    "a slice": ("{{ names[1:3] }}", ["Bela", "anna"]),
    "part of a text": ("{{ team[:2] }}", "We"),
    "joined by a tilde": ("{{ team ~ '-' ~ number }}", "Web-3"),
    "added": ("{{ 'x-' + team }}", "x-Web"),
    "lists added": ("{{ names[:1] + ['c'] }}", ["anna", "c"]),
    "numbers": ("{{ number * 2 - 1 }}", 5),
    "a percent sign": ("{{ '%s-%02d' % (team, number) }}", "Web-03"),
    "format": ("{{ '%s-%d' | format(team, number) }}", "Web-3"),
    "a choice": ("{{ 'a' if number > 2 and flag else 'b' }}", "a"),
    "the other choice": ("{{ unheard_of if team in ['x'] else 'b' }}", "b"),
    "the choice of ternary": ("{{ (team == 'Web') | ternary('a', unheard_of) }}", "a"),
    "a default that is needed": ("{{ tree.third | default('z') }}", "z"),
    "a default that is not": ("{{ tree.first | default(unheard_of) }}", "x"),
    "a default below what is missing": ("{{ tree.third.fourth | d('z') }}", "z"),
    "a default for what is empty": ("{{ '' | default('z', true) }}", "z"),
    "omit": ("{{ tree.third | default(omit) }}", None),
    "omit by a name": ("{{ left_out }}", None),
    "defined": ("{{ 'a' if people[1].active is defined else 'b' }}", "b"),
    "case": ("{{ team | upper }}{{ team.lower() }}", "WEBweb"),
    "replace": ("{{ team | replace('W', 'w') | trim }}", "web"),
    "a long name of a filter": ("{{ team | ansible.builtin.lower }}", "web"),
    "split": ("{{ csv.split(',') }}", ["anna", "bela"]),
    "split and take": ("{{ (csv | split(','))[1] }}", "bela"),
    "join": ("{{ names | unique | sort | join('+') }}", "anna+Bela"),
    "only the first need be known": ("{{ mixed | first }}", "Web"),
    "only the item need be known": ("{{ mixed[0] }}", "Web"),
    "only the length need be known": ("{{ mixed | length }}", 2),
    "map": ("{{ people | map(attribute='name') | map('upper') | list }}", ["ANNA", "BELA"]),
    "map with a default": ("{{ people | map(attribute='active', default=false) | list }}", [True, False]),
    "select": ("{{ people | selectattr('age', 'gt', 25) | map(attribute='name') | first }}", "anna"),
    "reject": ("{{ people | rejectattr('active', 'defined') | map(attribute='name') | last }}", "bela"),
    "flatten": ("{{ nested | flatten }}", ["a", "b", "c"]),
    "flatten one level": ("{{ nested | flatten(levels=1) }}", ["a", "b", ["c", None]]),
    "product": ("{{ ['a', 'b'] | product([1]) | map('join', '-') | list }}", ["a-1", "b-1"]),
    "zip": ("{{ ['a', 'b'] | zip([1, 2]) | map('join') | join(' ') }}", "a1 b2"),
    "dict2items": ("{{ {'a': 1} | dict2items }}", [{"key": "a", "value": 1}]),
    "items2dict": ("{{ [{'key': 'a', 'value': 1}] | items2dict }}", {"a": 1}),
    "combine": ("{{ ({'a': 1, 'b': 2} | combine({'b': 3})).b }}", 3),
    "extract": ("{{ ['first'] | map('extract', tree) | first }}", "x"),
    "a method of a mapping": ("{{ tree.get('third', 'z') }}", "z"),
    "a range": ("{{ range(1, 4) | list | last }}", 3),
    "a boolean": ("{{ 'yes' | bool }}", True),
    "a number in a text": ("{{ '12' | int + 1 }}", 13),
    "the part that is known": ("{{ team }}-{{ inventory_user }}", "Web-{{inventory_user}}"),
    "a template that stays one": ("{{ elsewhere }}", "{{ inventory_user }}"),
    "a template in a text": ("{{ elsewhere }}-x", "{{ inventory_user }}-x"),
}
UNRESOLVED = {
    "an unknown name": "{{ inventory_user }}",
    "a part of one": "{{ inventory_user.name | default('x') }}",
    "whether it is defined": "{{ 'a' if inventory_user is defined else 'b' }}",
    "a condition of one": "{{ 'a' if inventory_user else 'b' }}",
    "a known name that leads to one": "{{ elsewhere | lower }}",
    "a list with one": "{{ mixed | join(',') }}",
    "what is not there": "{{ tree.third }}",
    "an item of what is not there": "{{ people | map(attribute='active') | list }}",
    "a choice without an else": "{{ ('a' if false) | default('b') }}",
    "a lookup": "{{ lookup('env', 'USER') }}",
    "a query": "{{ query('file', 'names.txt') }}",
    "another host": "{{ hostvars['a'].user }}",
    "a random filter": "{{ names | random }}",
    "a regular expression": "{{ team | regex_replace('W', 'w') }}",
    "a filter of a collection": "{{ team | community.general.lower }}",
    "a global": "{{ now() }}",
    "a method as a value": "{{ tree.items }}",
    "a private attribute": "{{ team.__class__ }}",
    "a method that is not in the table": "{{ team.encode() }}",
    "a call of a variable": "{{ team() }}",
    "a test that is not in the table": "{{ 'a' if team is match('W.*') else 'b' }}",
    "a power": "{{ 2 ** 3 }}",
    "a statement": "{% if flag %}{{ team }}{% endif %}",
    "raw": "{% raw %}{{ team }}{% endraw %}",
    "none in a text": "x{{ nothing }}",
    "a list in a text": "x{{ names }}",
    "a text that looks like a template": "{{ '{{ team }}' }}",
    "a text that becomes one": "{{ '{' ~ '{ team }}' }}",
    "a key that looks like one": "{{ tree | list | last }}",
    "the wrong type": "{{ team + number }}",
    "the wrong arguments": "{{ team | replace('a') }}",
    "an unknown option": "{{ {'a': 1} | combine({'b': 2}, recursive=true) }}",
    "arguments in a list": "{{ team | replace(*names) }}",
    "no number": "{{ 'perhaps' | bool }}",
    "a division by zero": "{{ 1 // 0 }}",
    "nothing": "{{ }}",
    "an opening": "{{ team",
    "an operator alone": "{{ team | }}",
    "an open text": "{{ 'team }}",
    "an unknown character": "{{ team ? }}",
}


@pytest.mark.parametrize(("text", "expected"), RESOLVED.values(), ids=RESOLVED)
def test_an_expression_is_resolved(text, expected):
    """What the variables of the file decide is resolved; what they do not decide stays."""
    assert expected == Variables(KNOWN).render(text)


@pytest.mark.parametrize("text", UNRESOLVED.values(), ids=UNRESOLVED)
def test_an_expression_stays_as_it_is(text):
    """What another file, another host or the moment decides is not guessed, nor what Ansible would refuse."""
    assert is_expression(Variables(KNOWN).render(text))


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("{{ made }}", "made"),
        ("{{made.access_key['id'] | default('x')}}", "made"),
        ("{{ made | first }}", None),
        ("{{ made }}-x", None),
        ("made", None),
        (7, None),
        ("{{ made", None),
    ],
)
def test_a_reference_has_a_root(text, root):
    """The variable of one reference is found, and no variable of anything else."""
    assert root == find_root(text)
