// Small comforts; every page works without them.
(() => {
  // A form marked data-warn-unsaved warns when one leaves with unsaved changes.
  const dirty = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-warn-unsaved]");
    if (form) dirty.add(form);
  });
  // data-autosave: fields are saved one by one as one leaves them. The button waits for those on their way, or the form
  // would meet its own savings; a session that ended meanwhile sends the whole form, which waits for who signs in again.
  const saving = new Map();
  const waiting = new Map();
  // What the saving of a field says is heard with the field, and a refusal makes it invalid.
  const tie = (place, saved) => {
    const told = place.querySelector(".save-state");
    place.querySelectorAll("input:not([type=search]), select, textarea").forEach((field) => {
      const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== told?.id);
      if (!saved && told) others.push(told.id);
      if (others.length) field.setAttribute("aria-describedby", others.join(" "));
      else field.removeAttribute("aria-describedby");
      if (saved) field.removeAttribute("aria-invalid");
      else field.setAttribute("aria-invalid", "true");
    });
  };
  const autosaved = (event) => event.target.closest?.("form[data-autosave]");
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = autosaved(event);
    if (form) saving.set(form, (saving.get(form) || 0) + 1);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = autosaved(event);
    if (!form) return;
    const saved = event.detail.xhr.status > 0 && event.detail.xhr.status < 400;  // a refusal is an answer as well
    if (saved) dirty.delete(form);
    tie(event.detail.elt, saved);
    saving.set(form, Math.max(0, (saving.get(form) || 0) - 1));
    setTimeout(() => {  // the next in the queue has started by then
      if (saving.get(form) || !waiting.has(form)) return;
      const button = waiting.get(form);
      waiting.delete(form);
      form.requestSubmit(button);
    });
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const form = autosaved(event);
    if (!form || event.detail.xhr.status !== 401) return;
    event.preventDefault();
    setTimeout(() => {  // the others would find no session either
      saving.delete(form);
      if (!form.dataset.sent) form.requestSubmit();
    });
  });
  document.addEventListener("submit", (event) => {
    if (saving.get(event.target)) {
      event.preventDefault();
      waiting.set(event.target, event.submitter);
      return;
    }
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
  // A list that answers as one types replaces its own filters: what was unfolded stays so, and no letter is lost.
  let shown = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    const typing = event.detail.target.contains(active) && active.matches("input[type=search][id]") ? active : null;
    shown = {
      folds: [...event.detail.target.querySelectorAll("details[id]")].map((fold) => [fold.id, fold.open]),
      typed: typing && [typing.id, typing.value, typing.selectionStart],
    };
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (!shown) return;
    const { folds, typed } = shown;
    folds.forEach(([id, open]) => { const fold = document.getElementById(id); if (fold) fold.open = open; });
    const field = typed && document.getElementById(typed[0]);
    shown = field && field.value !== typed[1] ? { field } : null;
    if (!shown) return;
    field.value = typed[1];
    field.setSelectionRange(typed[2], typed[2]);
  });
  document.addEventListener("htmx:afterSettle", () => {
    const field = shown?.field;
    shown = null;
    field?.form?.requestSubmit();  // what was typed since is asked for in turn
  });
  // Charts of numbers, progress rings: width set through the CSSOM, which the CSP allows.
  const sizes = (root) => root.querySelectorAll("[data-percent]").forEach((el) => {
    el.style.setProperty("--percent", `${el.dataset.percent}%`);
  });
  sizes(document);
  document.addEventListener("htmx:load", (event) => sizes(event.detail.elt));
  // data-picker: a box that narrows a long list of check boxes to the words typed.
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  document.querySelectorAll("[data-picker]").forEach((picker) => {
    const search = picker.querySelector("[data-picker-search]");
    const count = picker.querySelector("[data-picker-count]");
    search.closest("p").hidden = false;
    search.addEventListener("change", (event) => event.stopPropagation());
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    search.addEventListener("input", (event) => {  // typed, pasted, dictated, cleared by its cross
      event.stopPropagation();
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
