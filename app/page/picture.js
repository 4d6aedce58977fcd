// The session as a picture: a bar per track, as high as it was heard, in the colour of the strategy that chose it.

import { h, svg, words } from "./dom.js";
import { strings } from "./strings.js";
import { table } from "./tables.js";

const [WIDTH, HEIGHT, SHOWN] = [640, 150, 48];
const KNOWN = [strings.picture.you, "sticky_artist", "diversity_injector", "contextual_fallback", "session_taste", "similar_users", "indexed", "last_resort"];

// A strategy keeps its colour; those that are not known here share the last ones.
export function colourOf(strategy) {
  const place = KNOWN.indexOf(strategy);
  if (place >= 0) return `c${place}`;
  return `c${4 + ([...strategy].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) >>> 0, 0) % 4)}`;
}

export function picture(heard, threshold) {
  if (!heard.length) return h("p", { class: "quiet" }, strings.picture.empty);
  const shown = heard.slice(-SHOWN);
  const first = heard.length - shown.length;
  const step = Math.min(44, WIDTH / shown.length);
  const up = (time) => Math.max(3, time * (HEIGHT - 12));
  const bars = shown.map((one, number) =>
    svg(
      "rect",
      { class: `bar ${colourOf(one.by)}`, x: number * step + step * 0.14, y: HEIGHT - up(one.time), width: step * 0.72, height: up(one.time), rx: Math.min(5, step * 0.2) },
      svg("title", {}, strings.picture.bar(first + number + 1, one.title.slice(0, 200), one.time, one.by)),
    ),
  );
  const line = HEIGHT - up(threshold);
  return h(
    "div",
    {},
    svg(
      "svg",
      { class: "picture", viewBox: `0 0 ${WIDTH} ${HEIGHT + 2}`, role: "img", "aria-label": strings.picture.label(heard.length) },
      svg("line", { class: "floor", x1: 0, x2: WIDTH, y1: HEIGHT + 1, y2: HEIGHT + 1 }),
      bars,
      svg("line", { class: "threshold", x1: 0, x2: WIDTH, y1: line, y2: line }),
    ),
    legend([...new Set(heard.map((one) => one.by))]),
    numbers(heard),
  );
}

function legend(strategies) {
  return h("ul", { class: "legend" }, strategies.map((name) => h("li", {}, h("i", { class: colourOf(name) }), name.replaceAll("_", " "))));
}

function numbers(heard) {
  const rows = heard.map((one, number) => [
    [words(`${number + 1}. ${one.title}`, "clip"), " ", words(one.artist, "artist clip")], one.by.replaceAll("_", " "), strings.percent(one.time),
  ]);
  const { numbers: name, columns } = strings.picture;
  return h("details", {}, h("summary", {}, name), table(name, columns, rows, "words"));
}
