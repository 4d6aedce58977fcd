// A field that finds tracks as somebody types: a combobox as the ARIA practices describe it.

import * as api from "./api.js";
import { h, words } from "./dom.js";
import { strings } from "./strings.js";

let boxes = 0;

export function searchBox({ label, hint, onchoose }) {
  const name = `search-${++boxes}`;
  const list = h("ul", { id: `${name}-list`, role: "listbox", "aria-label": label, class: "options", hidden: true });
  const status = h("p", { class: "quiet", role: "status" }, hint ?? "");
  const input = h("input", {
    id: name, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", oninput: ask, onfocus: ask,
    onkeydown: key, onblur: () => setTimeout(() => document.activeElement !== input && close(), 150),
  });
  let asked = 0;  // how many questions
  let answered = 0;  // the latest one that nothing is awaited for any more
  let entered = 0;  // the one whose first answer is to be chosen as soon as it comes
  let options = [];
  let active = -1;

  async function ask() {
    const mine = ++asked;
    const text = input.value;
    point(-1);  // what was pointed at is of an older answer
    try {
      const { tracks } = await api.search(text);
      if (mine !== asked || document.activeElement !== input) return;  // an older answer, or nobody looks any more
      answered = mine;
      open(tracks);
      if (tracks.length) status.textContent = text.trim() ? strings.search.found(tracks.length) : hint ?? "";
      else status.textContent = text.trim() ? strings.search.none(text.slice(0, 80)) : strings.search.empty;
      if (entered === mine && tracks.length) choose(tracks[0]);
    } catch (error) {
      if (mine !== asked) return;
      answered = mine;
      close();
      status.textContent = error.message;
    }
  }

  function open(tracks) {
    options = tracks.map((track, number) =>
      h(
        "li",
        { id: `${name}-${number}`, role: "option", "aria-selected": "false", onmousedown: (event) => {
          event.preventDefault();
          choose(track);
        } },
        words(track.title, "title"),
        words(track.artist, "artist"),
      ),
    );
    options.forEach((option, number) => (option.track = tracks[number]));
    list.replaceChildren(...options);
    list.scrollTop = 0;
    point(-1);
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(-1);
  }

  function point(number) {
    options[active]?.setAttribute("aria-selected", "false");
    active = number;
    options[active]?.setAttribute("aria-selected", "true");
    options[active]?.scrollIntoView({ block: "nearest" });
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options[active].id);
  }

  function key(event) {
    entered = 0;  // whatever is pressed now goes before it
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) ask();
    else if (step) point((active + step + options.length) % options.length);
    else if (event.key === "Enter") enter();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  }

  // Choose what is pointed at, or else the first that the present text finds: who types fast is ahead of the list.
  function enter() {
    if (active >= 0) choose(options[active].track);
    else if (answered !== asked) {
      entered = asked;
      status.textContent = strings.errors.waiting;
    } else if (!list.hidden) choose(options[0].track);
  }

  function choose(track) {
    answered = ++asked;
    input.value = `${track.title} · ${track.artist}`.slice(0, 200);
    close();
    onchoose(track);
  }

  return h("div", { class: "field search" }, h("label", { for: name }, label), input, list, status);
}
