// One listener's session: what was heard, what plays, what comes. It outlives a reload, and a service that went away:
// a report that got no answer is kept, and sent again under the same request id, which the service counts once.
// In a browser that keeps nothing a reload begins anew.

import * as api from "./api.js";
import { inTab } from "./kept.js";
import { strings } from "./strings.js";
import { why } from "./why.js";

const KEY = "segue.session";
const AGAIN_MS = 3000;

export class Session {
  constructor(state, onchange) {
    Object.assign(this, { state, onchange, problem: "", waiting: false });
  }

  static restored(onchange) {
    try {
      const state = JSON.parse(inTab.get(KEY));
      return state && new Session(state, onchange);
    } catch {
      return null;
    }
  }

  // Start with a track that the listener chose. Throws what the service says against it.
  static async start(user, track, onchange) {
    const profile = await api.user(user);
    const ended = await endedBefore(user);
    const now = { ...track, by: strings.picture.you, why: strings.why.you };
    const { treatments, chain, known } = profile;
    const state = { user, treatments, chain, known, heard: [], now, queue: [], penalty: null, pending: null, ended: false };
    const session = new Session(state, onchange);
    if (!ended) session.problem = strings.start.notEnded;
    session.#save();
    return session;
  }

  get busy() {
    return this.state.pending !== null;
  }

  report(time, last = false) {
    if (this.busy || this.state.ended) return;
    const playback = { track: this.state.now.track, time: Math.round(time * 1000) / 1000 };
    this.state.pending = { playback, last, request: api.newRequest() };
    this.send();
  }

  // Send what waits to be reported; ask again until there is an answer.
  async send() {
    clearTimeout(this.timer);
    if (this.waiting || !this.busy) return;
    this.waiting = true;
    this.#save();
    const { playback, last, request } = this.state.pending;
    try {
      const reply = await api[last ? "last" : "next"](this.state.user, playback, request);
      if (last) this.#end(playback.time);
      else await this.#advance(reply, playback.time);
      this.problem = "";
      this.state.pending = null;
    } catch (error) {
      this.#keep(error, last, playback.time);
    }
    this.waiting = false;
    this.#save();
  }

  // What is refused is not sent again; a session whose end is refused, as its track is gone, ends here all the same.
  #keep(error, last, time) {
    if (!(error instanceof api.Refused)) {
      this.problem = `${error.message} ${strings.errors.again}`;
      this.timer = setTimeout(() => this.send(), AGAIN_MS);
      return;
    }
    this.problem = error.message;
    this.state.pending = null;
    if (last) this.#end(time);
  }

  forget() {
    clearTimeout(this.timer);
    inTab.remove(KEY);
  }

  async #advance(reply, time) {
    const { state } = this;
    const [track, ...queue] = await Promise.all(reply.tracks.map(api.track));
    const anchor = state.heard[0] ?? state.now;
    const sentence = why(reply.trace, track, anchor, state.now);
    state.heard.push({ ...state.now, time });
    state.now = { ...track, by: reply.trace.answered_by, why: sentence };
    state.queue = queue;
    state.penalty = reply.trace.penalty;
    state.chain = reply.trace.chain;
    state.treatments = reply.trace.treatments;
  }

  #end(time) {
    this.state.heard.push({ ...this.state.now, time });
    this.state.ended = true;
  }

  #save() {
    inTab.set(KEY, JSON.stringify(this.state));
    this.onchange(this);
  }
}

// End the session that a listener may have. While the session store is away nobody can; everything else goes on.
async function endedBefore(user) {
  try {
    await api.endSession(user);
    return true;
  } catch (error) {
    if (error.status === 503) return false;
    throw error;
  }
}
