// What all parts of the page use: the findings, and elements made of text that is only ever text.
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

const differs = (name) => new Set(findings.map((each) => each[name] || "")).size > 1;
const SEVERAL_CHECKS = new Set(findings.filter((each) => each.check).map((each) => each.check)).size > 1;

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

function verdict(finding) {
  const { label, sign } = VERDICTS[finding.verdict];
  return make("span", { class: `verdict ${finding.verdict}` }, make("span", { "aria-hidden": "true" }, `${sign} `), label);
}

/** What to do, or why nothing is to be done, in one line. */
function summary(finding) {
  if (finding.found) return [isolated(`${finding.found}.`, finding.off), ...(finding.proposal ? [" ", isolated(finding.proposal, finding.off)] : [])];
  if (finding.proposal) return [isolated(finding.proposal, finding.off)];
  if (finding.reason) return [isolated(finding.reason)];
  const others = (finding.others || []).join(", ");
  return finding.user ? [isolated(`User ${finding.user}${others ? `; other keys: ${others}` : ""}`)] : [];
}
