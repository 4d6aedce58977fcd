// A session as it is seen and steered: what plays, why, what comes, and what became of it.

import { h, trackLink, words } from "./dom.js";
import { picture } from "./picture.js";
import { strings } from "./strings.js";
import { learned } from "./why.js";

const TRACK_S = 30;  // a track takes so long here, whatever its real length
const SKIPPED = 0.05;  // a skip is reported as so much, unless less was heard
const THRESHOLD = 0.2;  // until the service has told its own

export function playerView(session, onleave) {
  const texts = strings.now;
  let heard = 0;
  let playing = true;
  let shown = null;  // the playback that is on display
  let clock = Date.now();

  const place = h("p", { class: "eyebrow" });
  const title = h("h1", { class: "now-title", tabindex: "-1", dir: "auto" });
  const artist = h("p", { class: "now-artist", dir: "auto" });
  const reason = h("p", { class: "why", dir: "auto" });
  const cover = h("div", { class: "cover", "aria-hidden": "true" });
  const bar = h("input", { type: "range", min: 0, max: 100, value: 0, class: "heard", "aria-label": texts.heard, oninput: () => place_at(bar.value / 100) });
  const share = h("output", { class: "share", "aria-hidden": "true" });
  const skip = h("button", { type: "button", onclick: () => report(Math.min(heard, SKIPPED)) }, texts.skip);
  const play = h("button", { type: "button", class: "round", onclick: toggle });
  const next = h("button", { type: "button", class: "primary", onclick: () => report(heard) }, texts.next);
  const controls = h("div", { class: "controls" }, skip, play, next);
  const lamps = h("span", { class: "lamps", role: "img" });
  const rule = h("p", { class: "quiet" });
  const keys = h("p", { class: "quiet keys" }, texts.keys, h("span", { class: "typed" }, ` ${texts.typed}`));
  const problem = h("p", { class: "problem", role: "alert" });
  const retry = h("button", { type: "button", class: "plain", hidden: true, onclick: () => session.send() }, strings.errors.retry);
  const live = h("p", { class: "unseen", role: "status" });
  const who = h("dl", { class: "who" });
  const end = h("button", { type: "button", class: "plain", onclick: () => session.state.ended ? leave() : report(heard, true) });
  const graph = h("div", {});
  const taught = h("ul", { class: "taught" });
  const queue = h("ol", { class: "queue" });

  const element = h(
    "div",
    { class: "player", tabindex: "-1", onkeydown: key },
    h("div", { class: "column" }, h(
      "section",
      { class: "card now", "aria-label": texts.region },
      h("div", { class: "now-head" }, cover, h("div", { class: "now-words" }, place, title, artist)),
      reason,
      h("div", { class: "bar-row" }, bar, share),
      controls,
      problem,
      retry,
      h("div", { class: "penalty" }, h("span", {}, strings.penalty.heading), lamps),
      rule,
      keys,
    ), card(strings.learned.heading, taught)),
    h("div", { class: "column" }, card(strings.picture.heading, graph), card(strings.queue.heading, queue)),
    h("section", { class: "card foot" }, who, end),
    live,
  );

  const ticking = setInterval(() => {
    const now = Date.now();
    if (playing && heard < 1 && !session.busy && !session.state.ended) {
      place_at(heard + (now - clock) / 1000 / TRACK_S);
      if (heard >= 1) report(1);  // but a slider that is drawn to the end waits for its listener
    }
    clock = now;
  }, 100);

  function place_at(fraction) {
    heard = Math.min(1, Math.max(0, fraction));
    const text = strings.percent(heard);
    bar.value = Math.round(heard * 100);
    bar.style.setProperty("--heard", `${heard * 100}%`);
    bar.setAttribute("aria-valuetext", text);
    share.textContent = text;
  }

  function report(time, last = false) {
    session.report(time, last);
  }

  function toggle() {
    playing = !playing;
    draw_play();
  }

  function draw_play() {
    play.textContent = playing ? texts.pause : texts.play;
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = event.target.closest("button, summary");  // which the space bar presses
    if (event.key === "n") report(heard);
    else if (event.key === "s") report(Math.min(heard, SKIPPED));
    else if (event.key === " " && !pressed) toggle();
    else return;
    event.preventDefault();
  }

  function leave() {
    session.forget();
    onleave();
  }

  function update() {
    const { state } = session;
    const threshold = state.penalty?.skip_threshold ?? THRESHOLD;
    const playback = `${state.heard.length}:${state.ended}`;
    if (playback !== shown) {
      shown = playback;
      draw(state, threshold);
    }
    problem.textContent = session.problem;
    retry.hidden = !(session.problem && session.busy);
    clearTimeout(element.slow);
    if (session.waiting && !session.problem) element.slow = setTimeout(() => (problem.textContent = strings.errors.waiting), 600);
    for (const button of [skip, next, end]) button.setAttribute("aria-disabled", String(session.busy));
  }

  function draw(state, threshold) {
    const { now, penalty } = state;
    place.textContent = texts.place(state.heard.length + 1);
    title.replaceChildren(state.ended ? texts.ended : trackLink(now, words(now.title)));
    artist.replaceChildren(state.ended ? "" : words(now.artist));
    reason.textContent = state.ended ? texts.endedLead(state.heard.length, mean(state.heard)) : now.why;
    cover.style.setProperty("--hue", hue(now.artist));
    place_at(0);
    draw_play();
    for (const part of [place, controls, bar.parentElement, lamps.parentElement, rule, keys, queue.parentElement]) part.hidden = state.ended;
    const count = penalty?.penalised ? penalty.max : penalty?.count ?? 0;
    const max = penalty?.max ?? 5;
    lamps.replaceChildren(...Array.from({ length: max }, (_, number) => h("i", { class: number < count ? "on" : null })));
    lamps.setAttribute("aria-label", strings.penalty.lamps(count, max));
    rule.textContent = penalty?.penalised ? strings.penalty.changed : strings.penalty.rule(max, threshold);
    graph.replaceChildren(picture(state.heard, threshold));
    taught.replaceChildren(...learned(state.heard, threshold).map((text) => h("li", { dir: "auto" }, text)));
    draw_queue(state);
    draw_who(state);
    end.textContent = state.ended ? texts.again : texts.end;
    live.textContent = state.ended ? texts.ended : texts.announce(now.title.slice(0, 200), now.artist.slice(0, 200), now.why);
  }

  function draw_queue({ queue: tracks, heard: past }) {
    const items = tracks.map((track) => h("li", {}, trackLink(track, words(track.title, "clip")), words(track.artist, "artist clip")));
    queue.replaceChildren(...(items.length ? items : [h("li", { class: "quiet none" }, past.length ? strings.queue.none : strings.learned.nothing)]));
  }

  function draw_who({ user, known, chain, treatments }) {
    const named = Object.entries(treatments).map(([experiment, treatment]) => strings.who.treated(treatment, experiment));
    const rows = [
      [strings.who.listener, `${user}, ${known ? strings.who.known : strings.who.unknown}`],
      [strings.who.treatment, named.join(", ") || strings.who.none],
      [strings.who.chain, chain],
    ];
    who.replaceChildren(...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  return { element, update, close: () => clearInterval(ticking) };
}

const card = (heading, content) => h("section", { class: "card" }, h("h2", {}, heading), content);
const mean = (heard) => heard.reduce((sum, one) => sum + one.time, 0) / Math.max(1, heard.length);
const hue = (text) => [...text].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) % 360, 7);
