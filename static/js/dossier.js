// Folds of the navigation and of filters; without this file they are open, and everything can be reached.
(() => {
  const narrow = window.matchMedia("(max-width: 74.99rem)");
  const folds = (nav) => [...nav.querySelectorAll("details")];
  const nav = document.querySelector("[data-folds]");
  // Narrow: what the page opens first is a menu over it, hence closed. Wide: the step of the room one is in is open.
  const initial = nav && folds(nav).filter((fold) => fold.open);
  const settle = () => folds(nav).forEach((fold) => { fold.open = !narrow.matches && initial.includes(fold); });
  if (nav) {
    settle();
    nav.removeAttribute("data-folds");
    narrow.addEventListener("change", settle);
    nav.addEventListener("click", (event) => {  // wide: one step is always open
      const fold = event.target.closest("summary")?.parentElement;
      if (fold?.open && !narrow.matches) event.preventDefault();
    });
    nav.addEventListener("toggle", (event) => {
      if (!narrow.matches || !event.target.open) return;
      folds(nav).forEach((fold) => { if (fold !== event.target) fold.open = false; });
    }, true);
    document.addEventListener("click", (event) => {
      if (narrow.matches && !nav.contains(event.target)) folds(nav).forEach((fold) => { fold.open = false; });
    });
  }
  // Narrow: a row of a list is a card, where each value is said with the head of its column.
  const cards = (root) => root.querySelectorAll("#resultats .table:not(.radar), .table-cards").forEach((table) => {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.replace(/[↑↓▲▼]/g, "").trim());
    table.classList.add("table-cards");
    table.querySelectorAll("tbody tr, tfoot tr").forEach((row) => {
      if ([...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0) !== heads.length) return;
      let at = 0;
      [...row.cells].forEach((cell) => {
        const named = cell.tagName === "TD" && cell.colSpan === 1 && heads[at] && !cell.classList.contains("title-cell");
        if (named) cell.dataset.label = heads[at];
        at += cell.colSpan;
      });
    });
  });
  cards(document);
  document.addEventListener("htmx:load", (event) => cards(event.detail.elt.parentElement || document));
  // Narrow: the filters of a list are behind one button, which says how many are active.
  document.querySelectorAll("form.filters").forEach((form) => {
    const fields = [...form.querySelectorAll("select, input[type=checkbox], input[type=date], input[type=number]")];
    if (!fields.length) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary filters-fold";
    button.setAttribute("aria-expanded", "false");
    const active = () => fields.filter((field) => (field.type === "checkbox" ? field.checked : field.tagName === "SELECT" ? field.selectedIndex > 0 : field.value)).length;
    const tell = () => {
      const count = active();
      button.textContent = count ? `Filtres (${count} actif${count > 1 ? "s" : ""})` : "Filtres";
    };
    button.addEventListener("click", () => {
      const open = form.classList.toggle("unfolded");
      button.setAttribute("aria-expanded", String(open));
    });
    form.addEventListener("change", tell);
    tell();
    const search = form.querySelector(".grow");
    if (search) search.after(button);
    else form.prepend(button);
    form.classList.add("folds");
  });
  // Narrow: the facets of a search are behind one line, after a change they stay as they are (app.js).
  const beside = window.matchMedia("(min-width: 62rem)");
  const facets = () => document.querySelectorAll(".facets-fold").forEach((fold) => { fold.open = beside.matches; });
  facets();
  beside.addEventListener("change", facets);
  // Escape closes the menu that is open, and the keyboard goes back to what opened it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const fold = nav && narrow.matches && folds(nav).find((one) => one.open);
    if (fold) {
      fold.open = false;
      fold.querySelector("summary").focus();
      return;
    }
    const menu = document.querySelector(".app-header .collapse.show");
    if (menu) {
      window.bootstrap.Collapse.getOrCreateInstance(menu).hide();
      document.querySelector(".app-header .navbar-toggler").focus();
    }
  });
})();
