// The page *Experiments*: who is served by what, and the report on the log so far.

import * as api from "./api.js";
import { h } from "./dom.js";
import { strings } from "./strings.js";
import { table } from "./tables.js";

const texts = strings.experiments;

export function experimentsPage() {
  const setup = h("div", {});
  const report = h("div", { "aria-live": "polite" }, h("p", { class: "quiet" }, texts.judging));
  fill(setup, api.experiments, configured);
  fill(report, api.report, judged);
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

async function fill(place, ask, draw) {
  try {
    place.replaceChildren(...draw(await ask()));
  } catch (error) {
    place.replaceChildren(h("p", { class: "problem" }, error.message));
  }
}

function configured({ experiments, forced_chain: forced }) {
  const cards = experiments.map((one) => {
    const rows = Object.entries(one.treatments).map(([name, chain]) => [name, chain, strings.percent(one.shares[name] ?? 0)]);
    const off = one.enabled ? null : h("span", { class: "quiet" }, ` ${texts.off}`);
    return h("div", { class: "card" }, h("h2", {}, one.name, off), table(one.name, texts.treatments, rows));
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
    table(name, texts.columns, lines),
  );
}
