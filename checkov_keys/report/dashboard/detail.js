// Its steps are run in the management account.
const ROOT_CHECK = "CKV2_KEYS_4";
// What a finding opens to: its keys, its command, and a link to it.
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

const items = (texts) => texts.map((text) => make("li", {}, isolated(text)));
const lines = (texts) => texts?.length && make("ul", {}, ...items(texts));

function open(number) {
  const finding = findings[number];
  element("detail-heading").replaceChildren(isolated(finding.resource || finding.check));
  const parts = [
    list([
      ["Verdict", verdict(finding)],
      ["Reason", finding.reason],
      ["Note", finding.note],
      ["Finding", finding.found],
      ["Who sees it", finding.seen],
      ["Proposal", finding.proposal && isolated(finding.proposal, finding.off)],
      ["Command", finding.command && copied(finding.command, "command")],
      ["Steps", finding.steps && make("div", {}, ...finding.steps.map((step, at) => copied(step, `step ${at + 1}`)))],
      ["Run it", (finding.command || finding.steps) && finding.check !== ROOT_CHECK && finding.account && `with the credentials of account ${accountLabel(finding)}`],
      ["Template", finding.declared && `${finding.declared} declares this user. A key that is declared too is turned off there.`],
      ["User", finding.user],
      ["Other keys", lines(finding.others)],
      ...(finding.ways || []).map(([secret, steps]) => ["Way", make("div", {}, isolated(secret), make("ol", {}, ...items(steps)))]),
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
  if (finding.usages) parts.push(list(finding.usages.map(([key, texts]) => [`Who uses ${key}`, lines(texts)])));
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
