// Calls of the service. An answer that does not come is an error in plain words, and is told by its kind.

import { askForKey, keyHeader } from "./key.js";
import { strings } from "./strings.js";

const LONGEST_MS = 10_000;
const tracks = new Map();
let queued = 6;  // tracks that an answer is asked for: what plays and what comes next

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
  const kind = response.status >= 500 || response.status === 429 ? Away : Refused;
  throw Object.assign(new kind(detail), { status: response.status });
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

// A service may allow less than the page asks for; its document says how much, and is read only where it may be needed.
export async function next(name, playback, request) {
  const asked = queued;
  try {
    return await call("POST", `next/${id(name)}?explain=true&n=${asked}`, { body: playback, headers: { "x-request-id": request } });
  } catch (error) {
    if (error.status !== 422) throw error;
    queued = Math.min(asked, await mostQueued());
    if (queued === asked) throw error;
    return next(name, playback, request);
  }
}

async function mostQueued() {
  const { paths } = await call("GET", "openapi.json");
  return paths["/next/{user}"].post.parameters.find((parameter) => parameter.name === "n").schema.maximum;
}

export const last = (name, playback, request) =>
  call("POST", `last/${id(name)}`, { body: playback, headers: { "x-request-id": request } });

// randomUUID is missing where a page is not served over https or from this machine.
export const newRequest = () =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
