// The page *Experiments*: who is served by what, and the report on the log so far.

import * as api from "./api.js";
import { h } from "./dom.js";
import { fill } from "./filled.js";
import { strings } from "./strings.js";
import { table } from "./tables.js";

const texts = strings.experiments;
const MINUTE_MS = 60_000;

export function experimentsPage() {
  const setup = h("div", {});
  const report = h("div", { "aria-live": "polite" }, h("p", { class: "quiet" }, texts.judging));
  fill(setup, api.experiments, configured);
  follow(report);
  return h(
    "section",
    { class: "page" },
    h("h1", {}, texts.heading),
    h("p", { class: "lead" }, texts.lead),
    setup,
    h("h2", {}, texts.report),
    report,
  );
}

// The report is made anew at most once a minute; who stays on the page sees the newest.
async function follow(place) {
  await fill(place, api.report, judged);
  place.removeAttribute("aria-live");  // what follows is not read out
  setTimeout(() => place.isConnected && follow(place), MINUTE_MS);
}

function configured({ experiments, forced_chain: forced }) {
  const cards = experiments.map((one) => {
    const rows = Object.entries(one.treatments).map(([name, chain]) => [name, chain, strings.percent(one.shares[name] ?? 0)]);
    const off = one.enabled ? null : h("span", { class: "quiet" }, ` ${texts.off}`);
    return h("div", { class: "card" }, h("h2", {}, one.name, off), table(one.name, texts.treatments, rows, "words"));
  });
  const notice = forced ? [h("p", { class: "card notice" }, texts.forced(forced))] : [];
  return [...notice, ...(cards.length ? cards : [h("p", {}, texts.none)])];
}

function judged({ comparisons, reason, made_at: made }) {
  if (!comparisons.length) return [h("p", { class: "card" }, reason)];
  const groups = Map.groupBy(comparisons, (row) => `${row.experiment}: ${row.treatment}`);
  const date = new Date(made).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  return [...[...groups].map(([name, rows]) => group(name, rows)), h("p", { class: "quiet" }, texts.asOf(date))];
}

function group(name, rows) {
  const [primary] = rows;
  const number = (value) => (value === null ? "–" : value.toLocaleString("en", { maximumSignificantDigits: 4, minimumSignificantDigits: 4 }));
  const lines = rows.map((row) => [
    row.metric.replaceAll("_", " "), texts.effect(row.effect_percent), texts.interval(row.lower_percent, row.upper_percent),
    row.p_value === null ? "–" : row.p_value < 0.001 ? "< 0.001" : row.p_value.toFixed(3),
    number(row.control_mean), number(row.treatment_mean),
  ]);
  return h(
    "div",
    { class: "card" },
    h("h3", {}, name),
    h("p", { class: "verdict" }, texts.verdict(primary)),
    h("p", { class: "quiet" }, texts.users(primary.n_control, primary.n_treatment)),
    table(name, texts.columns, lines, "cards"),
  );
}
