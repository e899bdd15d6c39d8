// A draft of what is long to write, on this device: offered when one comes back, never put back by itself; gone once it
// is saved, at sign-out, when somebody else signs in, after a week. Nothing is kept of passwords nor of files.
(() => {
  const PREFIX = "brouillon:";
  const WEEK = 7 * 24 * 3600 * 1000;
  const MOST = 20;
  const LONGEST = 200000;
  const person = document.body.dataset.personne;
  let store;
  try { store = window.localStorage; store.getItem(PREFIX); } catch { return; }

  const all = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const drop = (test) => all().forEach((key) => { if (test(key, read(key))) store.removeItem(key); });

  // The server says which draft has just been saved.
  const put_away = () => {
    const saved = document.cookie.match(/(?:^|; )brouillon_range=([\w-]+)/)?.[1];
    if (!saved) return;
    drop((key, draft) => draft?.id === saved);
    document.cookie = "brouillon_range=; max-age=0; path=/; samesite=lax";
  };
  put_away();
  document.addEventListener("htmx:afterRequest", put_away);
  drop((key, draft) => !draft || Date.now() - draft.at > WEEK);
  document.addEventListener("submit", (event) => {
    if ((event.target.getAttribute("action") || "").endsWith("/compte/connexion/quitter/")) drop(() => true);
  }, true);
  if (!person) return;
  const link = /^(lien|appareil):/.test(person);
  if (!link) drop((key) => !key.startsWith(`${PREFIX}${person}|`));

  const path = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
  // A personal link that was sent again has another address.
  const place = (form) => (link ? path(form).split("/").slice(3).join("/") : path(form));
  const key = (form) => `${PREFIX}${person}|${location.pathname === path(form) || link ? "" : location.pathname}|${place(form)}`;
  const typed = (form) => [...form.elements].filter((f) => f.name && !["hidden", "password", "file", "submit", "button"].includes(f.type));
  const value = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    return field.tagName === "SELECT" ? [...field.selectedOptions].map((option) => option.value) : field.value;
  };
  const picture = (form) => typed(form).map((field) => [field.name, value(field)]);
  const version = (form) => form.elements.namedItem("version")?.value ?? "";
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  const put_back = (form, draft) => {
    const waiting = [...draft.fields];
    typed(form).forEach((field) => {
      const index = waiting.findIndex(([name]) => name === field.name);
      if (index < 0) return;
      const [[, was]] = waiting.splice(index, 1);
      if (field.type === "checkbox" || field.type === "radio") field.checked = was;
      else if (field.tagName === "SELECT") [...field.options].forEach((option) => { option.selected = was.includes(option.value); });
      else field.value = was;
      for (let fold = field.closest("details"); was && fold; fold = fold.parentElement.closest("details")) fold.open = true;
    });
    // Saved by somebody meanwhile: the page that compares the two says so.
    const shown = form.elements.namedItem("version");
    if (shown && draft.version) shown.value = draft.version;
  };
  const carry = (form, id) => {
    let field = form.querySelector("input[name=brouillon]");
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name: "brouillon" });
      form.append(field);
    }
    field.value = id;
  };

  const offer = (form, draft) => {
    const when = new Date(draft.at).toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short" });
    const box = document.createElement("section");
    box.className = "panel draft-offer";
    box.setAttribute("aria-label", "Brouillon");
    const text = document.createElement("p");
    const meanwhile = version(form) === draft.version ? "" : " La page a été enregistrée depuis : vous pourrez comparer.";
    text.textContent = `Un brouillon de cette page, du ${when}, est resté sur cet appareil. Il n’a pas été enregistré.${meanwhile}`;
    const button = (label, style, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: `btn btn-sm ${style}`, textContent: label });
      made.addEventListener("click", () => {
        act();
        box.remove();
        form.querySelector("textarea").focus();
      });
      return made;
    };
    const actions = document.createElement("p");
    actions.className = "mb-0";
    actions.append(
      button("Reprendre ce brouillon", "btn-primary", () => {
        put_back(form, draft);
        carry(form, draft.id);
        form.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));
      }),
      " ",
      button("L’abandonner", "btn-link", () => store.removeItem(key(form))),
    );
    box.append(text, actions);
    form.before(box);
  };

  const watched = new WeakSet();
  const watch = (form) => {
    if (watched.has(form) || form.method !== "post" || form.closest("#saisie-gardee") || (form.hasAttribute("data-autosave") && !form.hasAttribute("data-brouillon"))) return;
    if (!form.querySelector("textarea:not([readonly])")) return;
    watched.add(form);
    const first = picture(form);
    // A page may show one form after another at the same address: the draft of one is not offered to the other.
    const names = new Set(first.map(([name]) => name));
    const kept = read(key(form));
    const draft = kept?.fields.some(([name]) => names.has(name)) ? kept : null;
    if (draft && same(draft.fields, first)) carry(form, draft.id);
    else if (draft) offer(form, draft);
    const id = draft?.id ?? crypto.getRandomValues(new Uint32Array(3)).join("-");
    let timer = 0;
    const save = () => {
      clearTimeout(timer);
      timer = 0;
      const fields = picture(form);
      if (same(fields, first)) return;
      const text = JSON.stringify({ id, at: Date.now(), version: version(form), fields });
      if (text.length > LONGEST) return;
      carry(form, id);
      try { store.setItem(key(form), text); } catch { return; }
      all().sort((a, b) => (read(b)?.at ?? 0) - (read(a)?.at ?? 0)).slice(MOST).forEach((old) => store.removeItem(old));
    };
    form.addEventListener("input", () => { timer ||= setTimeout(save, 800); });
    form.addEventListener("submit", () => { if (timer) save(); }, true);
    window.addEventListener("pagehide", () => { if (timer) save(); });
  };
  const look = (root) => {
    if (root.matches?.("form")) watch(root);
    root.querySelectorAll("form").forEach(watch);
  };
  look(document);
  document.addEventListener("htmx:load", (event) => look(event.detail.elt));
})();
