// The frame: the header, and the page that the address names.

import { cataloguePage } from "./catalogue.js";
import { h } from "./dom.js";
import { experimentsPage } from "./experiments.js";
import { leaderboardPage } from "./leaderboard.js";
import { listenPage } from "./listen.js";
import { strings } from "./strings.js";

const PAGES = { listen: listenPage, catalogue: cataloguePage, experiments: experimentsPage, leaderboard: leaderboardPage };

const links = Object.fromEntries(
  Object.keys(PAGES).map((name) => [name, h("a", { href: `#${name}` }, strings.pages[name])]),
);
const view = h("main", { id: "content", tabindex: "-1" });

document.body.replaceChildren(
  h("a", { class: "skip-link", href: "#content", onclick: skip }, strings.skipLink),
  h(
    "header",
    {},
    h("a", { class: "brand", href: "#listen" }, h("img", { src: "icon.svg", alt: "", width: 28, height: 28 }), strings.name),
    h("nav", { "aria-label": strings.navigation }, Object.values(links), h("a", { href: "../docs" }, strings.pages.docs)),
  ),
  view,
);

function skip(event) {
  event.preventDefault();
  view.focus();
}

function show() {
  const [name, ...rest] = location.hash.slice(1).split("/");
  const page = Object.hasOwn(PAGES, name) ? name : "listen";
  for (const [each, link] of Object.entries(links)) {
    if (each === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = page === "listen" ? strings.name : `${strings.pages[page]} · ${strings.name}`;
  view.replaceChildren(PAGES[page](readable(rest.join("/"))));
}

function readable(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;  // an address that somebody mistyped
  }
}

// A session that is on display has its keys at once.
const focusSession = () => view.querySelector(".player h1")?.focus();

addEventListener("hashchange", () => {
  show();
  view.focus();
  focusSession();
});
show();
focusSession();
