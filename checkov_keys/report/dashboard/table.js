// The table: what is filtered, sorted and shown, and its address.
const ROWS_OF_A_PAGE = 100;
const ALL_COLUMNS = [
  { name: "verdict", label: "Verdict", key: (finding) => rank(VERDICT_ORDER, finding.verdict) * 10 + severityRank(finding) },
  { name: "severity", label: "Severity", key: severityRank },
  { name: "check", label: "Check", key: (finding) => finding.check },
  { name: "resource", label: "Resource or user", key: (finding) => finding.resource || "" },
  { name: "account", label: "Account", key: accountLabel },
  { name: "file", label: "File and lines", key: place },
];
// Users have no file, templates no account, and what all findings have in common stands above the table.
const HAS_COLUMN = {
  severity: SEVERAL_CHECKS && differs("severity"),
  check: SEVERAL_CHECKS,
  account: findings.some((each) => each.account),
  file: findings.some((each) => each.file),
};
const COLUMNS = ALL_COLUMNS.filter(({ name }) => HAS_COLUMN[name] ?? true);
const FIRST_STATE = { q: "", verdict: "", severity: "", check: "", account: "", type: "", sort: "verdict", page: 1, finding: "" };
let state = { ...FIRST_STATE };

// What is searched, in lower case: made when somebody searches for the first time.
let searchable = null;
// Shared by all findings of a check.
const checkTexts = data.checks.map((each) => [each.check, each.name, ...each.benchmarks].join("\n"));
const textOf = (finding) =>
  [
    VERDICTS[finding.verdict].label, finding.severity, checkTexts[finding.rule], finding.resource,
    finding.address, finding.account, finding.accountName, place(finding), finding.type, finding.reason,
    finding.note, finding.found, finding.seen, ...(finding.ways || []).flat(2), finding.proposal, finding.user, ...(finding.others || []), ...(finding.keys || []).flatMap((key) => [key.id, key.status, key.used]),
    ...(finding.facts || []).flat(),
  ].filter(Boolean).join("\n").toLowerCase();

// Findings in the order of state.sort, kept until that changes.
let sorted = { by: "", findings: [] };
function inOrder() {
  if (sorted.by !== state.sort) {
    const descending = state.sort.startsWith("-");
    const key = COLUMNS.find((column) => column.name === state.sort.replace("-", "")).key;
    const keyed = findings.map((finding, number) => ({ number, key: key(finding) }));
    const compare = typeof keyed[0]?.key === "number" ? (a, b) => a - b : collator.compare;
    keyed.sort((a, b) => (descending ? compare(b.key, a.key) : compare(a.key, b.key)) || a.number - b.number);
    sorted = { by: state.sort, findings: keyed.map((each) => each.number) };
  }
  return sorted.findings;
}

function matching() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) searchable ??= findings.map(textOf);
  const chosen = FILTERS.filter((name) => state[name]);
  return inOrder().filter(
    (number) =>
      chosen.every((name) => (findings[number][name] || NONE) === state[name]) &&
      words.every((word) => searchable[number].includes(word))
  );
}

function row(number, named) {
  const finding = findings[number];
  const more = summary(finding);
  // The name of a check stands at its first row.
  const name = finding.check && !named.has(finding.check) ? finding.name : "";
  named.add(finding.check);
  const cells = {
    verdict: () => [verdict(finding)],
    severity: () => [finding.severity || ""],
    check: () => (finding.check ? [finding.check, ...(name ? [make("div", { class: "note clamp" }, name)] : [])] : []),
    resource: () => [
      make("button", { type: "button", class: "open clamp", "aria-haspopup": "dialog" }, isolated(finding.resource || "(no name)")),
      ...(more.length ? [make("div", { class: "note clamp" }, ...more)] : []),
    ],
    account: () => (finding.account ? [isolated(finding.account), make("div", { class: "note" }, isolated(finding.accountName || ""))] : []),
    file: () => (finding.file ? [folded(finding.file), finding.lines ? `:${finding.lines}` : ""] : []),
  };
  const cellsInOrder = COLUMNS.map((column) => make("td", { role: "cell", class: `column-${column.name}` }, ...cells[column.name]()));
  return make("tr", { role: "row", id: `finding=${finding.id}`, "data-number": number }, ...cellsInOrder);
}

function show() {
  const found = matching();
  const pages = Math.max(Math.ceil(found.length / ROWS_OF_A_PAGE), 1);
  state.page = Math.min(Math.max(state.page, 1), pages);
  const first = (state.page - 1) * ROWS_OF_A_PAGE;
  const shown = found.slice(first, first + ROWS_OF_A_PAGE);
  const named = new Set();
  element("rows").replaceChildren(...shown.map((number) => row(number, named)));
  const range = shown.length ? `${grouped.format(first + 1)} to ${grouped.format(first + shown.length)} of ` : "";
  const total = found.length === findings.length ? "" : `, out of ${grouped.format(findings.length)}`;
  element("status").textContent = findings.length
    ? `${range}${grouped.format(found.length)} ${found.length === 1 ? "finding" : "findings"}${total}`
    : "There are no findings";
  element("table").hidden = !shown.length;
  element("pager").hidden = pages === 1;
  element("page").textContent = `Page ${grouped.format(state.page)} of ${grouped.format(pages)}`;
  element("previous").disabled = state.page === 1;
  element("next").disabled = state.page === pages;
  for (const header of element("columns").children) {
    const way = { [header.dataset.name]: "ascending", [`-${header.dataset.name}`]: "descending" }[state.sort];
    header.setAttribute("aria-sort", way || "none");
    header.querySelector("[aria-hidden]").textContent = { ascending: " ▲", descending: " ▼" }[way] || "";
  }
}

/** Show what `changes` make of the state, and put that into the address so that it can be linked to. */
function change(changes) {
  state = { ...state, page: 1, ...changes };
  intoAddress();
  show();
}

function intoAddress() {
  const said = Object.entries(state).filter(([name, value]) => String(value) !== String(FIRST_STATE[name]));
  const hash = new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

/** Take the state from the address, what it names and nobody knows left out; tell whether it names any. */
function fromAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  if (!Object.keys(FIRST_STATE).some((name) => said.has(name))) return false;
  state = { ...FIRST_STATE };
  state.q = said.get("q") || "";
  element("filter-q").value = state.q;
  for (const name of FILTERS) {
    const select = element(`filter-${name}`);
    select.value = said.get(name) || "";
    if (select.selectedIndex < 0) select.value = "";
    state[name] = select.value;
  }
  const sort = said.get("sort") || "";
  if (COLUMNS.some(({ name }) => name === sort.replace("-", ""))) state.sort = sort;
  state.page = Number.parseInt(said.get("page"), 10) || 1;
  const number = findings.findIndex((each) => each.id === said.get("finding"));
  if (number >= 0) {
    state.finding = findings[number].id;
    // A link to a finding alone leads to the page that lists it.
    const at = matching().indexOf(number);
    if (at >= 0 && !said.has("page")) state.page = Math.floor(at / ROWS_OF_A_PAGE) + 1;
  }
  return true;
}

function offer(name, label, order) {
  const counts = new Map();
  for (const finding of findings) {
    const value = finding[name] || NONE;
    if (!counts.has(value)) counts.set(value, { value, label: label(finding) || NONE, count: 0 });
    counts.get(value).count += 1;
  }
  const options = [...counts.values()].sort((a, b) => order(a.value, b.value));
  // A filter of one choice filters nothing, and so does one of all that was judged.
  element(`filter-${name}`).parentElement.hidden = options.length < 2 || HAS_COLUMN[name] === false;
  element(`filter-${name}`).replaceChildren(
    make("option", { value: "" }, "All"),
    ...options.map(({ value, label: text, count }) => make("option", { value }, `${text} (${grouped.format(count)})`))
  );
}
