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
