// Comforts of every page; without them everything works as well.
(() => {
  "use strict";

  // What is wrong, or what a page wants to be read first, gets the focus.
  const focus = (root) => root.querySelector("[data-focus]")?.focus();

  // A form is sent once; coming back to the page makes it usable again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method === "post") {
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 8000);
    }
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  // Keys: an element with data-key="a" is pressed by that key, unless something is being typed.
  const typing = (element) => element.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const visible = (element) => element.getClientRects().length > 0;
  // Rows of a table with data-rows: j and k (or arrows) move, Enter opens the first link.
  const move = (by) => {
    const rows = [...document.querySelectorAll("table[data-rows] tbody tr")].filter(visible);
    if (!rows.length) return false;
    const now = rows.findIndex((row) => row.classList.contains("current"));
    const next = rows[Math.min(Math.max(now + by, 0), rows.length - 1)];
    rows.forEach((row) => row.classList.toggle("current", row === next));
    (next.querySelector("a") ?? next.querySelector("button, input") ?? next).focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (typing(event.target)) return;
    if (event.key === "j" || event.key === "k") {
      if (move(event.key === "j" ? 1 : -1)) event.preventDefault();
      return;
    }
    const target = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key && visible(one));
    if (!target) return;
    event.preventDefault();
    if (target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) target.focus();
    else target.click();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("table[data-rows] tbody tr");
    if (!row) return;
    for (const one of row.parentElement.children) one.classList.toggle("current", one === row);
  });

  // A day typed without slashes gets them.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.classList?.contains("day")) return;
    const digits = field.value.match(/^\s*(\d{2})\s?(\d{2})\s?(\d{4})\s*$/);
    if (digits) field.value = digits.slice(1).join("/");
  });

  // A list of checkboxes has one that ticks all: data-ticks="name of the others".
  document.addEventListener("change", (event) => {
    const name = event.target.dataset?.ticks;
    if (!name) return;
    for (const box of document.getElementsByName(name)) box.checked = event.target.checked;
  });

  // Confirmation pages print themselves when asked: data-print.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  focus(document);
  document.addEventListener("htmx:afterSwap", (event) => focus(event.target));
})();
