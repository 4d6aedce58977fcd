// The page *Leaderboard*: every chain in every world.

import * as api from "./api.js";
import { h } from "./dom.js";
import { fill } from "./filled.js";
import { strings } from "./strings.js";
import { table } from "./tables.js";

const texts = strings.leaderboard;

export function leaderboardPage() {
  const result = h("div", { "aria-live": "polite" });
  fill(result, api.leaderboard, board);
  return h("section", { class: "page" }, h("h1", {}, texts.heading), h("p", { class: "lead" }, texts.lead), result);
}

function board({ worlds, command }) {
  return [...Object.entries(worlds).map(([name, chains]) => world(name, chains)), h("p", { class: "quiet" }, texts.asOf(command))];
}

function world(name, chains) {
  const longest = Math.max(...chains.map((chain) => chain.time));
  const rows = chains.map((chain) => [
    chain.name.split(/(?<=_)/).flatMap((part) => [part, h("wbr")]),  // where a narrow window may break it
    h("span", { class: "meter-cell" }, h("meter", { min: 0, max: longest, value: chain.time, "aria-label": chain.name }), h("span", { class: "figure" }, chain.time.toFixed(2))),
    chain.effect_percent === null ? "–" : strings.experiments.effect(chain.effect_percent),
    chain.tracks.toFixed(1),
    strings.percent(chain.skipped),
  ]);
  return h("div", { class: "card" }, h("h2", {}, texts.world(name)), table(texts.world(name), texts.columns, rows, "board"));
}
