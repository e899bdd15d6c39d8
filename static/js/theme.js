// Light and dark follow the system, before the first paint (no flash).
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const apply = () => { document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light"; };
apply();
dark.addEventListener("change", apply);
// The menu folds only where a script can unfold it (app.css).
document.documentElement.classList.add("js");
