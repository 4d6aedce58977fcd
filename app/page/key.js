// The key of a Segue that asks for one: asked for when the service wants it, kept as long as the tab.

import { h } from "./dom.js";
import { inTab } from "./kept.js";
import { strings } from "./strings.js";

const KEPT = "segue.key";
const FORM = /^[ -~]+$/;  // a header carries nothing else unchanged
let asking = null;

export const keyHeader = () => {
  const key = inTab.get(KEPT);
  return FORM.test(key ?? "") ? { authorization: `Bearer ${key}` } : {};
};

// Resolves to whether a key was given; calls that are refused at the same time share one question.
export function askForKey(reason) {
  asking ??= ask(reason).finally(() => (asking = null));
  return asking;
}

function ask(reason) {
  const texts = strings.key;
  const input = h("input", { id: "key", type: "password", autocomplete: "off", required: true, "aria-describedby": "key-reason" });
  const problem = h("p", { class: "problem", role: "alert" });
  const dialog = h(
    "dialog",
    { class: "card", "aria-labelledby": "key-heading" },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: "key-heading" }, texts.heading),
      h("p", { class: "quiet", id: "key-reason" }, reason),
      h("div", { class: "field" }, h("label", { for: "key" }, texts.label), input),
      problem,
      h("div", { class: "controls" }, h("button", { type: "submit", class: "primary" }, texts.use), h("button", { type: "button", onclick: () => dialog.close() }, texts.cancel)),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("submit", (event) => {
      const key = input.value.trim();
      if (FORM.test(key)) {
        inTab.set(KEPT, key);
      } else {
        event.preventDefault();
        problem.textContent = texts.unfit;
        input.select();
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(input.value.trim() !== "" && inTab.get(KEPT) === input.value.trim());
    });
  });
}
