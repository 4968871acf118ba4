"use strict";
// An enhancement only: click a heading to sort its table, type to find a commune. The page is whole without it.
for (const table of document.querySelectorAll("table.sortable")) {
  table.querySelectorAll("thead th").forEach((heading, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") !== "descending";
      for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[index].dataset.value ?? row.cells[index].textContent;
      const number = (text) => (text.trim() === "" || isNaN(text) ? null : Number(text));
      const compare = (a, b) => {
        const [x, y] = [key(a), key(b)];
        return number(x) !== null && number(y) !== null ? number(x) - number(y) : x.localeCompare(y, "vi");
      };
      const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)));
      table.tBodies[0].append(...rows);
    });
  });
}
for (const article of document.querySelectorAll("article")) {
  const groups = [...article.querySelectorAll("details")];
  if (groups.length === 0) continue;
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = article.lang === "vi" ? "Tìm xã, phường…" : "Find a commune…";
  field.setAttribute("aria-label", field.placeholder);
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d");
  field.addEventListener("input", () => {
    const wanted = plain(field.value.trim());
    for (const group of groups) {
      let hits = 0;
      for (const row of group.querySelectorAll("tbody tr")) {
        row.hidden = wanted !== "" && !plain(row.cells[0].textContent).includes(wanted);
        hits += row.hidden ? 0 : 1;
      }
      group.hidden = hits === 0;
      group.open = wanted !== "" && hits > 0;
    }
  });
  groups[0].before(field);
}
