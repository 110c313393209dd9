// What paper gets.
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
    made.push(make("p", { class: "note" }, "After each user is the key to turn off; by hand: the finding says what to do."));
  }
  const lists = [...groups].flatMap(([name, members]) => [
    make("h4", {}, isolated(`${name || "Elsewhere"}: ${grouped.format(members.length)}`)),
    make("ul", {}, ...members.map((finding) => printedLine(finding, dense))),
  ]);
  made.push(make("div", dense ? { class: "dense" } : {}, ...lists));
  return shown.length || filtered ? made : [];
}
