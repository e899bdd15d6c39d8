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
  // data-autosave: what htmx saved field by field is not lost by leaving.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-autosave]");
    if (form && event.detail.successful) dirty.delete(form);
  });
  // data-picker: a box that narrows a long list of check boxes to the words typed.
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  document.querySelectorAll("[data-picker]").forEach((picker) => {
    const search = picker.querySelector("[data-picker-search]");
    const count = picker.querySelector("[data-picker-count]");
    search.closest("p").hidden = false;
    search.addEventListener("input", (event) => event.stopPropagation());
    search.addEventListener("change", (event) => event.stopPropagation());
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    search.addEventListener("keyup", () => {
      const words = plain(search.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      picker.querySelectorAll(".form-check").forEach((box) => {
        const found = words.every((word) => plain(box.textContent).includes(word));
        box.hidden = !found;
        shown += found;
      });
      picker.querySelectorAll("details").forEach((group) => {
        const some = [...group.querySelectorAll(".form-check")].some((box) => !box.hidden);
        group.hidden = !some;
        if (words.length && some) group.open = true;
      });
      count.textContent = words.length ? (shown > 1 ? `${shown} choix correspondent` : shown ? "1 choix correspond" : "Aucun choix ne correspond") : "";
    });
  });
})();
