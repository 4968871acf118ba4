// Comforts of the desk: a panel that opens takes the cursor, and only one is open at a time.
(() => {
  "use strict";
  document.addEventListener(
    "toggle",
    (event) => {
      const panel = event.target;
      if (!panel.matches?.("details.tool") || !panel.open) return;
      for (const other of document.querySelectorAll("details.tool[open]")) if (other !== panel) other.open = false;
      const field = panel.querySelector("[data-jump] input:not([type=hidden]), [data-jump] select, [data-jump] textarea");
      (field ?? panel.querySelector("[data-jump] button"))?.focus();
    },
    true,
  );

  // On a work list a key notes what came of the visit to the row the cursor is in.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const row = document.querySelector("table[data-visits] tbody tr.current");
    const button = row && [...row.querySelectorAll("[data-visit]")].find((one) => one.dataset.visit === event.key);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
