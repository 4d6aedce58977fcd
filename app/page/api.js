// Calls of the service. An answer that does not come is an error in plain words, and is told by its kind.

import { askForKey, keyHeader } from "./key.js";
import { strings } from "./strings.js";

const LONGEST_MS = 10_000;
const tracks = new Map();

export class Away extends Error {}  // no answer, or not now: worth asking again
export class Refused extends Error {}  // an answer that says what is wrong

async function call(method, path, { body, headers, longest = LONGEST_MS } = {}) {
  let response;
  let reply;
  try {
    response = await fetch(`../${path}`, {
      method,
      headers: { ...(body && { "content-type": "application/json" }), ...keyHeader(), ...headers },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(longest),
    });
    reply = response.status === 204 ? null : await response.json();
  } catch (error) {
    throw new Away(error.name === "TimeoutError" ? strings.errors.slow : strings.errors.away);
  }
  if (response.ok) return reply;
  if (response.status === 401 && (await askForKey(reply?.detail ?? strings.key.label))) {
    return call(method, path, { body, headers, longest });
  }
  const detail = reply?.detail ?? strings.errors.unknown(response.status);
  throw response.status >= 500 || response.status === 429 ? new Away(detail) : new Refused(detail);
}

const id = (value) => encodeURIComponent(String(value));

export const user = (name) => call("GET", `users/${id(name)}`);
export const endSession = (name) => call("DELETE", `sessions/${id(name)}`);
export const search = (text) => call("GET", `search?q=${encodeURIComponent(text.slice(0, 200))}`);
export const detail = (name) => call("GET", `catalogue/${id(name)}`);
export const experiments = () => call("GET", "experiments");
export const report = () => call("GET", "experiments/report", { longest: 120_000 });
export const leaderboard = () => call("GET", "leaderboard");

// A title never changes while the page lives, so that each is asked for once.
export async function track(name) {
  if (!tracks.has(name)) tracks.set(name, await call("GET", `track/${id(name)}`));
  return tracks.get(name);
}

export const next = (name, playback, request) =>
  call("POST", `next/${id(name)}?explain=true&n=6`, { body: playback, headers: { "x-request-id": request } });
export const last = (name, playback, request) =>
  call("POST", `last/${id(name)}`, { body: playback, headers: { "x-request-id": request } });

// randomUUID is missing where a page is not served over https or from this machine.
export const newRequest = () =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
