// The page *Catalogue*: a track, its artist, what it is listened together with, and how.

import * as api from "./api.js";
import { h, trackLink, words } from "./dom.js";
import { fill } from "./filled.js";
import { listenFrom } from "./listen.js";
import { searchBox } from "./search_box.js";
import { strings } from "./strings.js";

const texts = strings.catalogue;

export function cataloguePage(track) {
  const result = h("div", { "aria-live": "polite" });
  const go = (chosen) => (location.hash = `catalogue/${encodeURIComponent(chosen.track)}`);
  if (track) fill(result, () => api.detail(track), detail);
  else fill(result, () => api.search(""), popular);
  return h(
    "section",
    { class: "page" },
    h("h1", {}, texts.heading),
    h("p", { class: "lead" }, texts.lead),
    h("div", { class: "card form" }, searchBox({ label: strings.search.catalogueLabel, hint: strings.search.hint, onchoose: go })),
    result,
  );
}

function popular({ tracks }) {
  return tracks.length ? listing(texts.popular, tracks, () => "") : h("p", { class: "card" }, strings.search.empty);
}

function detail(track) {
  const problem = h("p", { class: "problem", role: "alert" });
  const listen = async () => {
    try {
      await listenFrom({ track: track.track, artist: track.artist, title: track.title });
      location.hash = "listen";
    } catch (error) {
      problem.textContent = error.message;
    }
  };
  const facts = [
    [texts.plays, track.plays.toLocaleString("en")],
    [texts.appeal(track.plays), strings.percent(track.appeal)],
    [texts.byArtist, track.artist_track_count.toLocaleString("en")],
  ];
  const others = track.artist_tracks.filter((other) => other.track !== track.track);
  return h(
    "article",
    {},
    h(
      "div",
      { class: "card" },
      h("h2", { class: "now-title", dir: "auto" }, words(track.title)),
      h("p", { class: "now-artist", dir: "auto" }, words(track.artist)),
      h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
      h("button", { type: "button", class: "primary", onclick: listen }, texts.listen),
      problem,
    ),
    h(
      "div",
      { class: "columns" },
      listing(texts.neighbours, track.neighbours, (other) => texts.closeness(other.score)),
      listing(texts.more(track.artist.slice(0, 80)), others.map((other) => ({ ...other, artist: "" })), () => ""),
    ),
  );
}

function listing(heading, tracks, note) {
  const items = tracks.map((other) =>
    h(
      "li",
      {},
      trackLink(other, words(other.title, "clip"), other.artist && words(other.artist, "artist clip")),
      h("span", { class: "quiet" }, note(other)),
    ),
  );
  return h("section", { class: "card" }, h("h2", {}, heading), items.length ? h("ul", { class: "tracks" }, items) : h("p", { class: "quiet" }, texts.noNeighbours));
}
