// After a part of the page was replaced: the keyboard stays where it was, what changed is said, an error is tied to its
// field. data-annonce on what htmx brings is read in the live region of the page.
(() => {
  const FOCUSABLE = "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex]:not([tabindex='-1'])";
  const focusables = (root) => [...root.querySelectorAll(FOCUSABLE)];
  const alike = (a, b) => a.tagName === b.tagName && a.name === b.name;
  const lost = () => !document.activeElement || document.activeElement === document.body;

  // What stands for a control in what replaced it: the same id, the same name and value, the same rank among its likes.
  const equivalent = (root, was) => {
    const found = focusables(root);
    const likes = found.filter((one) => one.tagName === was.tag && (one.getAttribute("name") || "") === was.name);
    return (was.id && document.getElementById(was.id))
      || (was.href && found.find((one) => one.getAttribute("href") === was.href))
      || (was.name && likes.find((one) => one.value === was.value))
      || (was.name && likes[was.like])
      || found[Math.min(was.rank, found.length - 1)]
      || root;
  };
  const focus = (element) => {
    if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  };

  let was = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = event.detail;
    const active = document.activeElement;
    if (!target.contains(active) || active === document.body) return;
    const found = focusables(target);
    const name = active.getAttribute("name") || "";
    was = {
      target: target.id,
      id: active.id,
      tag: active.tagName,
      name,
      value: active.value,
      href: active.getAttribute("href"),
      rank: found.indexOf(active),
      like: found.filter((one) => alike(one, active)).indexOf(active),
    };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!was) return;
    const root = document.getElementById(was.target) || document.getElementById("contenu");
    if (lost() && root) focus(equivalent(root, was));
    was = null;
  });

  // data-reste: a form that comes back to its own page (a star, a line moved) leaves the keyboard on its button.
  const STAY = "rester-sur";
  document.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    if (!form.hasAttribute("data-reste") || !button) return;
    const rank = [...document.querySelectorAll("form[data-reste] button")].indexOf(button);
    try { sessionStorage.setItem(STAY, JSON.stringify([location.pathname, button.name, button.value, rank])); } catch { /* the page opens at its top */ }
  });
  try {
    const [path, name, value, rank] = JSON.parse(sessionStorage.getItem(STAY) || "[]");
    sessionStorage.removeItem(STAY);
    if (path === location.pathname && lost()) {
      const found = [...document.querySelectorAll("form[data-reste] button")];
      ((name && found.find((one) => one.name === name && one.value === value)) || found[rank])?.focus();
    }
  } catch { /* the page opens at its top */ }

  // What changed, in words, once.
  const region = document.getElementById("annonces");
  const announce = (root) => {
    const said = [root, ...root.querySelectorAll("[data-annonce]")].filter((one) => one.dataset?.annonce).map((one) => one.dataset.annonce);
    if (region && said.length) region.textContent = said.join(" ");
  };
  document.addEventListener("htmx:load", (event) => announce(event.detail.elt));

  // What htmx could not do is said too: nothing else on the page would change.
  const failed = (event, why) => {
    document.getElementById("echec-echange")?.remove();
    const said = Object.assign(document.createElement("div"), { id: "echec-echange", className: "alert alert-danger", textContent: `Rien n’a été fait : ${why}` });
    said.setAttribute("role", "alert");
    event.detail.target?.before(said);
  };
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401) failed(event, "rechargez la page, puis recommencez.");
  });
  document.addEventListener("htmx:sendError", (event) => failed(event, "le serveur ne répond pas. Vérifiez votre connexion, puis recommencez."));
  document.addEventListener("htmx:beforeRequest", () => document.getElementById("echec-echange")?.remove());

  // A field saved by itself: what went wrong is part of what describes it, until it is saved.
  const tie = (state) => {
    const field = state.closest(".champ")?.querySelectorAll("input:not([type=hidden]), select, textarea");
    field?.forEach((one) => {
      const ids = new Set((one.getAttribute("aria-describedby") || "").split(/\s+/).filter(Boolean));
      if (state.classList.contains("not-saved")) {
        one.setAttribute("aria-invalid", "true");
        ids.add(state.id);
      } else {
        one.removeAttribute("aria-invalid");
        one.classList.remove("is-invalid");
        ids.delete(state.id);
      }
      if (ids.size) one.setAttribute("aria-describedby", [...ids].join(" "));
      else one.removeAttribute("aria-describedby");
    });
  };
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.matches?.(".save-state")) tie(event.detail.elt);
  });
})();
