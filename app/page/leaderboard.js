// The page *Leaderboard*: every chain in every world.

import * as api from "./api.js";
import { h } from "./dom.js";
import { strings } from "./strings.js";
import { table } from "./tables.js";

const texts = strings.leaderboard;

export function leaderboardPage() {
  const result = h("div", { "aria-live": "polite" });
  load(result);
  return h("section", { class: "page" }, h("h1", {}, texts.heading), h("p", { class: "lead" }, texts.lead), result);
}

async function load(result) {
  try {
    const { worlds, command } = await api.leaderboard();
    const cards = Object.entries(worlds).map(([name, chains]) => world(name, chains));
    result.replaceChildren(...cards, h("p", { class: "quiet" }, texts.asOf(command)));
  } catch (error) {
    result.replaceChildren(h("p", { class: "card" }, error.message));
  }
}

function world(name, chains) {
  const longest = Math.max(...chains.map((chain) => chain.time));
  const rows = chains.map((chain) => [
    chain.name,
    h("span", { class: "meter-cell" }, h("meter", { min: 0, max: longest, value: chain.time, "aria-label": chain.name }), h("span", { class: "figure" }, chain.time.toFixed(2))),
    chain.effect_percent === null ? "–" : strings.experiments.effect(chain.effect_percent),
    chain.tracks.toFixed(1),
    strings.percent(chain.skipped),
  ]);
  return h("div", { class: "card" }, h("h2", {}, texts.world(name)), table(texts.world(name), texts.columns, rows));
}
