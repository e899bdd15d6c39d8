// Small comforts; every page works without them.
(() => {
  // A form marked data-warn-unsaved warns when one leaves with unsaved changes.
  const dirty = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-warn-unsaved]");
    if (form) dirty.add(form);
  });
  document.addEventListener("submit", (event) => {
    dirty.delete(event.target);
    // A double click sends once.
    const form = event.target;
    if (form.method !== "get" && !form.hasAttribute("hx-post")) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty.size) event.preventDefault();
  });
  // Coming back by the back button: forms may be sent again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
  // data-confirm on a button asks once, in words.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-confirm]");
    if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
  });
  // data-autosubmit: a filter form sends itself when a choice changes.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && !form.hasAttribute("hx-get")) form.requestSubmit();
  });
  // data-check-all, in the head of a table: checks or unchecks every line shown.
  const boxes = (all) => all.closest("table").querySelectorAll("tbody input[type=checkbox]");
  const showCheckAll = (root) => root.querySelectorAll("[data-check-all]").forEach((all) => {
    all.hidden = false;
    all.checked = [...boxes(all)].every((box) => box.checked);
  });
  showCheckAll(document);
  document.addEventListener("htmx:load", (event) => showCheckAll(event.detail.elt));
  document.addEventListener("change", (event) => {
    const all = event.target.closest("table")?.querySelector("[data-check-all]");
    if (!all) return;
    if (event.target === all) boxes(all).forEach((box) => { box.checked = all.checked; });
    else all.checked = [...boxes(all)].every((box) => box.checked);
  });
  // On a narrow screen the tabs scroll sideways: the current one is in view.
  const tab = document.querySelector(".object-tabs [aria-current]");
  if (tab) { const strip = tab.closest("ul"); strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - 16; }
  // After a server refusal, the keyboard is on the summary of errors.
  const summary = document.querySelector("[data-focus-first]");
  if (summary) summary.focus();
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.elt.querySelector?.("[data-focus-first]");
    if (target) target.focus();
  });
  // Charts of numbers, progress rings: width set through the CSSOM, which the CSP allows.
  const sizes = (root) => root.querySelectorAll("[data-percent]").forEach((el) => {
    el.style.setProperty("--percent", `${el.dataset.percent}%`);
  });
  sizes(document);
  document.addEventListener("htmx:load", (event) => sizes(event.detail.elt));
})();
