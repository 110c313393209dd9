"""Ways to make a text, a list or a map of others, as expressions of Terraform: functions from a module to text."""

from __future__ import annotations

TEMPLATES = ("${a}:${b}", '%{ if a != "" }x=${a}%{ endif }', "${upper(a)}\n", "only ${b}", "nothing")


def _of_one(template):
    return lambda module: template.format(module.pick())


def _of_two(template):
    return lambda module: template.format(module.pick(), module.pick())


def _of(kind, template):
    return lambda module: template.format(module.pick(kind))


def _through_file(module):
    path = f"t{module.number()}.tpl"
    text = module.chance.choice(TEMPLATES)
    module.files[f"{module.folder}{path}"] = text
    return f'templatefile("${{path.module}}/{path}", {{ a = {module.pick()}, b = {module.pick()} }})'


def _through_heredoc(module):
    lines = (
        f"  export SECRET=${{{module.pick()}}}",
        f'  %{{ if {module.pick()} != "" }}yes${{{module.pick()}}}%{{ else }}no%{{ endif }}',
        f"  %{{ for each in {module.pick('list')} }}[${{each}}]%{{ endfor }}",
    )
    return "<<-EOT\n    " + module.chance.choice(lines) + "\n    EOT\n"


WAYS = (
    _of_two('"${{{0}}}:${{{1}}}"'),
    _of_two('"${{{0}}}-${{{1}}}"'),
    _of_one("base64encode({})"),
    _of_one('base64encode("user:${{{}}}")'),
    _of_one("base64decode(base64encode({}))"),
    _of_one('textencodebase64({}, "UTF-16LE")'),
    _of_one("base64gzip({})"),
    _of_two("jsonencode({{ id = {0}, secret = {1} }})"),
    _of_two("yamlencode({{ id = {0}, secret = {1} }})"),
    _of_two("jsondecode(jsonencode({{ id = {0}, secret = {1} }})).id"),
    _of_two("yamldecode(yamlencode({{ id = {0}, secret = {1} }})).secret"),
    _of_two('split("|", "${{{0}}}|${{{1}}}")[0]'),
    _of_two('element(split("|", join("|", [{0}, {1}])), 1)'),
    _of_two('format("%s/%s", {0}, {1})'),
    _of_one('format("%q", {})'),
    _of_two("({0} == {1} ? {0} : {1})"),
    _of_two('({0} == "plain" ? {1} : {0})'),
    _of_one('({} != "" ? "yes" : "no")'),
    _of_two('coalesce("", {0}, {1})'),
    _of_one("try({{}}.missing, {})"),
    _of_two('lookup({{ a = {0}, b = {1} }}, "a", "none")'),
    _of_two('{{ a = {0}, b = {1} }}["b"]'),
    _of_two('[{0}, {1}][length("x")]'),
    _of_one("upper({})"),
    _of_one("lower({})"),
    _of_one("strrev({})"),
    _of_one("trimspace({})"),
    _of_one("substr({}, 0, 4)"),
    _of_one("substr({}, 2, -1)"),
    _of_one('replace({}, "-", "_")'),
    _of_one('regex(".*", {})'),
    _of_one("urlencode({})"),
    _of_one("sensitive({})"),
    _of_one("nonsensitive({})"),
    _of_one("sha256({})"),
    _of_one("base64sha512({})"),
    _of_one("md5({})"),
    _of_one("tostring(length({}))"),
    _of_one('tostring(startswith({}, "A"))'),
    _of_one('tostring(strcontains({}, "A"))'),
    _of_one('uuidv5("dns", {})'),
    _of_one("indent(2, {})"),
    _of_one("one([{}])"),
    _of("list", 'join(",", {})'),
    _of("list", "element({}, 0)"),
    _of("list", 'try({}[1], "short")'),
    _of("list", "jsonencode({})"),
    _of("list", 'join("", sort({}))'),
    _of("list", 'join("", [for each in {} : each if length(each) > 5])'),
    _of("map", 'join(";", values({}))'),
    _of("map", 'join(";", keys({}))'),
    _of("map", 'lookup({}, "secret", "none")'),
    _of("map", "jsonencode({})"),
    _of("map", 'join(" ", [for key, value in {} : "${{key}}=${{value}}"])'),
    _through_file,
    _through_file,
    _through_heredoc,
)
COLLECTIONS = {
    "list": (
        _of_two("[{0}, {1}]"),
        _of_two("concat([{0}], [{1}])"),
        _of_two("flatten([[{0}], [[{1}]]])"),
        _of_two('compact([{0}, "", {1}])'),
        _of_two("distinct([{0}, {1}, {0}])"),
        _of_two("tolist(toset([{0}, {1}]))"),
        _of_two('split(",", "${{{0}}},${{{1}}}")'),
        _of_two("reverse([{0}, {1}])"),
        _of_two("slice([{0}, {1}], 0, 1)"),
        _of_two("chunklist([{0}, {1}], 1)[0]"),
        _of_two("setproduct([{0}], [{1}])[0]"),
        _of_two('formatlist("%s!", [{0}, {1}])'),
        _of_two('regexall("[A-Za-z0-9]+", "${{{0}}} ${{{1}}}")'),
        _of_two("coalescelist([], [{0}, {1}])"),
        _of("list", '[for each in {} : "<${{each}}>"]'),
        _of("list", '[for at, each in {} : at == 0 ? each : "later"]'),
        _of("list", "{}[*]"),
        _of("map", "values({})"),
        _of("map", "[for key, value in {} : value]"),
    ),
    "map": (
        _of_two("{{ id = {0}, secret = {1} }}"),
        _of_two('{{ "${{{0}}}" = {1} }}'),
        _of_two("merge({{ a = {0} }}, {{ secret = {1} }})"),
        _of_two('zipmap(["a", "b"], [{0}, {1}])'),
        _of_two("tomap({{ a = {0}, b = {1} }})"),
        _of_one('{{ for each in [{}] : "k" => each }}'),
        _of_one('{{ for each in [{}] : each => "v" }}'),
        _of("map", '{{ for key, value in {} : key => "${{value}}." }}'),
        _of("map", '{{ for key, value in {} : key => value if key != "secret" }}'),
        _of("map", 'merge({}, {{ extra = "1" }})'),
        _of("map", "{{ for key, value in {} : upper(key) => value }}"),
    ),
}
