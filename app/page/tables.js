// A table of figures. What does not fit into a narrow window becomes a card for each row where the class says "cards".

import { h } from "./dom.js";

export function table(label, columns, rows, className) {
  const cells = (row) => row.map((cell, place) => h("td", { "data-column": columns[place + 1] }, cell));
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    h(
      "table",
      { class: className },
      h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), cells(rest)))),
    ),
  );
}
