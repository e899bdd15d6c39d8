// What was typed and could not be saved (partials/saisie.html): poured into the form of the page it comes from.
(() => {
  const box = document.getElementById("saisie-gardee");
  const given = box?.querySelector("form[data-saisie-ici]");
  if (!given) return;
  const marks = ["csrfmiddlewaretoken", "saisie"];
  const path = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
  const values = new Map();
  new FormData(given).forEach((value, name) => { if (!marks.includes(name)) values.set(name, [...(values.get(name) || []), value]); });
  const fields = (form) => [...form.elements].filter((field) => field.name && !marks.includes(field.name));
  // Of several forms that post to the same address, the one whose hidden values are those that were sent.
  const alike = (form) => fields(form).filter((f) => f.type === "hidden" && f.name !== "version" && values.get(f.name)?.includes(f.value)).length;
  const forms = [...document.forms].filter((form) => form.method === "post" && !box.contains(form) && path(form) === path(given));
  const form = forms.sort((a, b) => alike(b) - alike(a))[0];
  const texts = [...given.querySelectorAll("textarea")].map((text) => text.name);
  const shown = form ? fields(form).filter((field) => field.type !== "hidden") : [];
  if (!form || !texts.every((name) => shown.some((field) => field.name === name))) return;
  const taken = new Map();
  let first = null;
  fields(form).forEach((field) => {
    if (["file", "password", "submit"].includes(field.type) || (field.type === "hidden" && field.name !== "version")) return;
    const sent = values.get(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = !!sent?.includes(field.value);
    else if (field.tagName === "SELECT") { if (sent) [...field.options].forEach((option) => { option.selected = sent.includes(option.value); }); }
    else if (sent) {
      const rank = taken.get(field.name) || 0;
      taken.set(field.name, rank + 1);
      if (rank < sent.length) field.value = sent[rank];
    }
    for (let fold = field.closest("details"); sent && fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (!first && texts.includes(field.name)) first = field;
  });
  first.dispatchEvent(new Event("input", { bubbles: true }));
  first.id ||= "saisie-remise";
  box.querySelectorAll("[data-saisie-ici]").forEach((part) => part.remove());
  box.querySelectorAll("[data-saisie-remise]").forEach((part) => { part.hidden = false; });
  box.querySelector("[data-saisie-remise] a").href = `#${first.id}`;
})();
