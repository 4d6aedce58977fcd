// The page *Listen*: choose a listener and a track; then a session.

import { Refused } from "./api.js";
import { h } from "./dom.js";
import { inBrowser } from "./kept.js";
import { playerView } from "./player.js";
import { searchBox } from "./search_box.js";
import { Session } from "./session.js";
import { strings } from "./strings.js";

const page = h("div", { class: "listen" });
let player = null;

export function listenPage() {
  if (!player) {
    const session = Session.restored((changed) => player?.update(changed));
    if (session) open(session);
    else page.replaceChildren(chooser());
  }
  return page;
}

// Start a session from another page.
export async function listenFrom(track) {
  await begin(inBrowser.get("segue.user") ?? "1", track);
}

function open(session) {
  player = playerView(session, leave);
  page.replaceChildren(player.element);
  player.update(session);
  session.send();
}

function leave() {
  player.close();
  player = null;
  page.replaceChildren(chooser());
  page.querySelector("input[role=combobox]").focus();
}

async function begin(user, track) {
  const session = await Session.start(user, track, (changed) => player?.update(changed));
  inBrowser.set("segue.user", user);
  player?.close();
  player = null;
  open(session);
  page.querySelector("h1").focus();
}

function chooser() {
  const problem = h("p", { class: "problem", role: "alert" });
  const user = h("input", { id: "user", type: "text", autocomplete: "off", value: inBrowser.get("segue.user") ?? "1", "aria-describedby": "user-hint" });
  let busy = false;

  async function choose(track) {
    if (busy) return;
    if (!user.value.trim()) {
      problem.textContent = strings.start.noUser;
      user.focus();
      return;
    }
    busy = true;
    problem.textContent = "";
    const slow = setTimeout(() => (problem.textContent = strings.errors.waiting), 600);
    try {
      await begin(user.value.trim(), track);
    } catch (error) {
      problem.textContent = error.message;
      if (error instanceof Refused) user.focus();
    } finally {
      clearTimeout(slow);
      busy = false;
    }
  }

  return h(
    "section",
    { class: "start" },
    h("h1", {}, strings.start.heading),
    h("p", { class: "lead" }, strings.start.lead),
    h(
      "div",
      { class: "card form" },
      h("div", { class: "field" }, h("label", { for: "user" }, strings.start.user), user, h("p", { class: "quiet", id: "user-hint" }, `${strings.start.userHint} ${strings.start.ends}`)),
      searchBox({ label: strings.search.label, hint: strings.search.hint, onchoose: choose }),
      problem,
    ),
  );
}
