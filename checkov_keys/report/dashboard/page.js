
"use strict";
(() => {
  const ROWS_OF_A_PAGE = 100;
  const VERDICTS = {
    failed: { label: "Failed", sign: "✕" },
    unjudged: { label: "Not judged", sign: "?" },
    suppressed: { label: "Suppressed", sign: "○" },
    passed: { label: "Passed", sign: "✓" },
  };
  const VERDICT_ORDER = Object.keys(VERDICTS);
  const SEVERITY_ORDER = ["CRITICAL", "HIGH", "MEDIUM", "MODERATE", "LOW", "INFO"];
  const NONE = "none";
  const FILTERS = ["verdict", "severity", "check", "account", "type"];

  const element = (id) => document.getElementById(id);
  const data = JSON.parse(element("data").textContent);
  const findings = data.findings.map((finding) => ({ ...finding, ...data.checks[finding.rule] }));
  const collator = new Intl.Collator("en", { numeric: true });
  const grouped = new Intl.NumberFormat("en");

  const accountLabel = (finding) =>
    finding.accountName ? `${finding.account} (${finding.accountName})` : finding.account || "";
  const place = (finding) => (finding.lines ? `${finding.file}:${finding.lines}` : finding.file || "");
  const rank = (order, name) => {
    const at = order.indexOf(name);
    return at < 0 ? order.length : at;
  };
  const severityRank = (finding) => rank(SEVERITY_ORDER, finding.severity);

  const ALL_COLUMNS = [
    { name: "verdict", label: "Verdict", key: (finding) => rank(VERDICT_ORDER, finding.verdict) * 10 + severityRank(finding) },
    { name: "severity", label: "Severity", key: severityRank },
    { name: "check", label: "Check", key: (finding) => finding.check },
    { name: "resource", label: "Resource or user", key: (finding) => finding.resource || "" },
    { name: "account", label: "Account", key: accountLabel },
    { name: "file", label: "File and lines", key: place },
  ];
  const differs = (name) => new Set(findings.map((each) => each[name] || "")).size > 1;
  const SEVERAL_CHECKS = new Set(findings.filter((each) => each.check).map((each) => each.check)).size > 1;
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
      finding.note, finding.proposal, finding.user, ...(finding.others || []), ...(finding.keys || []).flatMap((key) => [key.id, key.status, key.used]),
      ...(finding.facts || []).flat(),
    ].filter(Boolean).join("\n").toLowerCase();

  /** Make an element; a text child is only ever text. */
  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  /** Make a text in which no account id is broken over lines, and the key to turn off stands out. */
  function isolated(text, off = "") {
    const made = make("bdi", {});
    const [before, ...after] = off ? text.split(off) : [text];
    for (const part of before.split(/(?<!\d)(\d{12})(?!\d)/)) {
      made.append(/^\d{12}$/.test(part) ? make("span", { class: "account" }, part) : part);
    }
    if (after.length) made.append(make("strong", { class: "id" }, off), after.join(off));
    return made;
  }

  /** Make a path that is broken after a slash, if it has to be. */
  const folded = (path) => make("bdi", {}, ...path.split(/(?<=\/)/).flatMap((part) => [part, make("wbr", {})]));

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

  function verdict(finding) {
    const { label, sign } = VERDICTS[finding.verdict];
    return make("span", { class: `verdict ${finding.verdict}` }, make("span", { "aria-hidden": "true" }, `${sign} `), label);
  }

  /** What to do, or why nothing is to be done, in one line. */
  function summary(finding) {
    if (finding.proposal) return [isolated(finding.proposal, finding.off)];
    if (finding.reason) return [isolated(finding.reason)];
    const others = (finding.others || []).join(", ");
    return finding.user ? [isolated(`User ${finding.user}${others ? `; other keys: ${others}` : ""}`)] : [];
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

  function list(pairs) {
    const made = make("dl", {});
    for (const [label, content] of pairs) {
      if (content?.length !== 0 && content) made.append(make("dt", {}, label), make("dd", {}, typeof content === "string" ? isolated(content) : content));
    }
    return made;
  }

  function link(address) {
    if (!address?.startsWith("https://")) return null;
    return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
  }

  /** Make a text with a button that copies it. */
  function copied(text, what) {
    const code = make("code", {}, text);
    const button = make("button", { type: "button", "aria-label": `Copy the ${what}` }, "Copy");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // Without permission, or over plain HTTP: by hand.
        getSelection().selectAllChildren(code);
        element("copied").textContent = "Selected: copy it with the keyboard";
        return;
      }
      element("copied").textContent = `Copied the ${what}`;
      button.textContent = "Copied";
    });
    return make("div", { class: "command" }, code, button);
  }

  function keyTable(keys, off) {
    const labels = ["Key", "Status", "Created", "Age in days", "Last use"];
    const header = labels.map((text) => make("th", { role: "columnheader", scope: "col" }, text));
    const rows = keys.map((key) =>
      make(
        "tr", { role: "row" },
        make(
          "th", { role: "rowheader", scope: "row" },
          make("bdi", { class: "id" }, key.id), ...(key.id === off ? [make("strong", { class: "off" }, "turn off")] : [])
        ),
        ...[key.status, key.created || "not known", key.age ?? "not known", key.used].map((text, at) =>
          make("td", { role: "cell", "data-label": labels[at + 1] }, isolated(String(text)))
        )
      )
    );
    return make(
      "table", { class: "keys", role: "table" },
      make("caption", {}, "Access keys"),
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...header)),
      make("tbody", { role: "rowgroup" }, ...rows)
    );
  }

  const lines = (texts) => texts?.length && make("ul", {}, ...texts.map((text) => make("li", {}, isolated(text))));

  function open(number) {
    const finding = findings[number];
    element("detail-heading").replaceChildren(isolated(finding.resource || finding.check));
    const parts = [
      list([
        ["Verdict", verdict(finding)],
        ["Reason", finding.reason],
        ["Note", finding.note],
        ["Proposal", finding.proposal && isolated(finding.proposal, finding.off)],
        ["Command", finding.command && copied(finding.command, "command")],
        ["Run it", finding.command && finding.account && `with the credentials of account ${accountLabel(finding)}`],
        ["Template", finding.declared && `${finding.declared} declares this user. A key that is declared too is turned off there.`],
        ["User", finding.user],
        ["Other keys", lines(finding.others)],
        ["Check", finding.check && `${finding.check} ${finding.name}`],
        ["Severity", finding.severity],
        ["Resource", finding.address],
        ["Account", accountLabel(finding)],
        ["File", place(finding)],
        ["Type", finding.type],
        ...(finding.facts || []),
      ]),
    ];
    if (finding.keys) parts.push(keyTable(finding.keys, finding.off));
    parts.push(
      list([
        ["Why", finding.why],
        ["Remedy", finding.remedy],
        ["Benchmarks", lines(finding.benchmarks)],
        ["Console", link(finding.console)],
        ["Guideline", link(finding.guideline)],
        ["Link to this", copied(`${location.href.split("#")[0]}#finding=${finding.id}`, "link")],
      ])
    );
    if (finding.code) parts.push(make("pre", { tabindex: "0", role: "region", "aria-label": "Source" }, finding.code));
    element("detail-body").replaceChildren(...parts);
    element("copied").textContent = "";
    if (!element("detail").open) element("detail").showModal();
    element("detail").scrollTop = 0;
    state.finding = finding.id;
    intoAddress();
  }

  /** Open what the address names, with the focus to return to. */
  function openNamed() {
    if (!state.finding) return;
    const row = document.getElementById(`finding=${state.finding}`);
    row?.scrollIntoView({ block: "center" });
    row?.querySelector("button").focus();
    open(findings.findIndex((each) => each.id === state.finding));
  }

  const DENSE = 200;
  function printedLine(finding, dense) {
    const place = finding.account ? "" : finding.lines ? `:${finding.lines}` : "";
    const name = isolated(`${SEVERAL_CHECKS && finding.check ? `${finding.check} ` : ""}${finding.resource || "(no name)"}${place}`);
    const short = (finding.proposal || finding.reason || "").split(/[:;.]/)[0];
    if (dense) return make("li", {}, name, finding.off ? make("span", { class: "id" }, finding.off) : isolated(finding.proposal ? "by hand" : short));
    const more = summary(finding);
    return make("li", {}, name, ...(more.length ? [": ", ...more] : []));
  }

  /** Make what paper gets: whatever the filters leave, by account or file; passed checks only if they were asked for. */
  function printed() {
    const verdicts = state.verdict ? [state.verdict] : ["failed"];
    const shown = matching().map((number) => findings[number]).filter((finding) => verdicts.includes(finding.verdict));
    const dense = shown.length > DENSE;
    const groups = new Map();
    for (const finding of shown) {
      const name = accountLabel(finding) || finding.file || "";
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(finding);
    }
    const label = VERDICTS[verdicts[0]].label;
    const filtered = FILTERS.some((name) => state[name]) || state.q ? " that the filters leave" : "";
    const made = [make("h3", {}, `${label}${filtered}: ${grouped.format(shown.length)}`)];
    if (dense && shown.some((finding) => finding.proposal)) {
      made.push(make("p", { class: "note" }, "After each user is the key to turn off; by hand: nothing shows which of the keys is out of use."));
    }
    const lists = [...groups].flatMap(([name, members]) => [
      make("h4", {}, isolated(`${name || "Elsewhere"}: ${grouped.format(members.length)}`)),
      make("ul", {}, ...members.map((finding) => printedLine(finding, dense))),
    ]);
    made.push(make("div", dense ? { class: "dense" } : {}, ...lists));
    return shown.length || filtered ? made : [];
  }

  function start() {
    const byText = collator.compare;
    offer("verdict", (finding) => VERDICTS[finding.verdict].label, (a, b) => rank(VERDICT_ORDER, a) - rank(VERDICT_ORDER, b));
    offer("severity", (finding) => finding.severity, (a, b) => rank(SEVERITY_ORDER, a) - rank(SEVERITY_ORDER, b) || byText(a, b));
    offer("check", (finding) => finding.check && `${finding.check} ${finding.name}`, byText);
    offer("account", accountLabel, byText);
    offer("type", (finding) => finding.type, byText);
    element("columns").replaceChildren(
      ...COLUMNS.map(({ name, label }) =>
        make(
          "th", { role: "columnheader", scope: "col", class: `column-${name}`, "data-name": name },
          make("button", { type: "button" }, label, make("span", { "aria-hidden": "true" }))
        )
      )
    );

    const controls = element("controls");
    const changed = (event) => change({ [event.target.name]: event.target.value });
    controls.addEventListener("input", changed);
    controls.addEventListener("submit", (event) => event.preventDefault());
    controls.addEventListener("reset", () => change({ ...FIRST_STATE }));
    element("columns").addEventListener("click", (event) => {
      const name = event.target.closest("th")?.dataset.name;
      if (name) change({ sort: state.sort === name ? `-${name}` : name });
    });
    for (const [id, step] of [["previous", -1], ["next", 1]]) {
      element(id).addEventListener("click", () => {
        change({ page: state.page + step });
        element("status").scrollIntoView();
      });
    }
    element("rows").addEventListener("click", (event) => {
      const clicked = event.target.closest("tr");
      if (!clicked || String(getSelection())) return;
      // Where the dialog returns the focus to.
      clicked.querySelector("button").focus();
      open(Number(clicked.dataset.number));
    });
    element("close").addEventListener("click", () => element("detail").close());
    element("detail").addEventListener("close", () => {
      state.finding = "";
      intoAddress();
    });
    element("detail").addEventListener("click", (event) => {
      if (event.target === element("detail")) element("detail").close();
    });
    addEventListener("hashchange", () => {
      if (!fromAddress()) return;
      show();
      element("findings").scrollIntoView();
      openNamed();
    });
    addEventListener("beforeprint", () => element("printed").replaceChildren(...printed()));
    addEventListener("afterprint", () => element("printed").replaceChildren());

    fromAddress();
    controls.hidden = !findings.length;
    element("table").classList.toggle("without-account", !HAS_COLUMN.account);
    element("explorer").hidden = false;
    show();
    openNamed();
  }

  start();
})();
