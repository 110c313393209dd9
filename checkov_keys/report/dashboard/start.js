// What happens when.
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
