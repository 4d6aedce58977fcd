// A part of a page that the service fills: with what came, or with what is wrong and, where that helps, a way to ask again.

import { Away } from "./api.js";
import { h } from "./dom.js";
import { strings } from "./strings.js";

export async function fill(place, ask, draw) {
  try {
    place.replaceChildren(...[draw(await ask())].flat());
  } catch (error) {
    const away = error instanceof Away;
    const again = away && h("button", { type: "button", class: "plain", onclick: () => fill(place, ask, draw) }, strings.errors.retry);
    place.replaceChildren(h("div", { class: "failed" }, h("p", { class: away ? "problem" : "card", role: "alert" }, error.message), again));
  }
}
