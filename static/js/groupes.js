// Moving a structure from one group to another by drag; without this file, its list and its button do the same.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board || !board.querySelector("[data-board-item] form")) return;
  document.querySelectorAll("[data-board-hint]").forEach((hint) => { hint.hidden = false; });
  let dragged = null;
  const groupOf = (node) => node.closest?.("[data-board-group]");
  board.querySelectorAll("[data-board-item]").forEach((card) => {
    card.draggable = true;
    card.addEventListener("dragstart", (event) => {
      dragged = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.querySelector("a").textContent);
      card.classList.add("dragged");
    });
    card.addEventListener("dragend", () => {
      card.classList.remove("dragged");
      board.querySelectorAll(".drop-here").forEach((group) => group.classList.remove("drop-here"));
      dragged = null;
    });
  });
  board.addEventListener("dragover", (event) => {
    const group = groupOf(event.target);
    if (!dragged || !group || group === groupOf(dragged)) return;
    event.preventDefault();
    board.querySelectorAll(".drop-here").forEach((other) => { if (other !== group) other.classList.remove("drop-here"); });
    group.classList.add("drop-here");
  });
  board.addEventListener("drop", (event) => {
    const group = groupOf(event.target);
    if (!dragged || !group || group === groupOf(dragged)) return;
    event.preventDefault();
    const form = dragged.querySelector("form");
    form.elements.groupe.value = group.dataset.boardGroup;
    form.requestSubmit();
  });
})();
