// Says on the page that a passkey was not given, instead of a line in the console.
document.addEventListener("allauth.error", (event) => {
  const told = document.querySelector("[data-webauthn-error]");
  if (told) { event.preventDefault(); told.hidden = false; }
});
