// Why this track: one sentence out of the decision trace.

import { strings } from "./strings.js";

export function why(trace, track, anchor, previous) {
  const parts = [trace.penalty.penalised ? strings.why.penalised : reason(trace.answered_by, track, anchor, previous)];
  const left = strings.why.leftOut(leftOut(trace.steps));
  return `${[...parts, left].filter(Boolean).join("; ")}.`;
}

function reason(strategy, track, anchor, previous) {
  const { by } = strings.why;
  if (strategy === "sticky_artist") {
    if (track.artist === anchor.artist) return by.anchorArtist(track.artist);
    return track.artist === previous.artist ? by.previousArtist(track.artist) : by.sameArtist(track.artist);
  }
  if (strategy === "session_taste" && track.artist === anchor.artist) return by.tasteOfAnchor(track.artist);
  return Object.hasOwn(by, strategy) ? by[strategy](track.artist) : by.other(strategy);
}

// How many candidates each reason removed, over all stages; those that the fallback replaced were not judged.
export function leftOut(steps) {
  const counts = {};
  for (const step of steps) {
    for (const [cause, count] of Object.entries(step.removed_reasons)) counts[cause] = (counts[cause] ?? 0) + count;
  }
  return counts;
}

// What a session has taught, in at most four sentences.
export function learned(heard, threshold) {
  if (!heard.length) return [strings.learned.nothing];
  const artists = new Map();
  for (const { artist, time } of heard) artists.set(artist, [...(artists.get(artist) ?? []), time]);
  const mean = (times) => times.reduce((sum, time) => sum + time, 0) / times.length;
  const all = [...artists].map(([artist, times]) => ({
    artist, count: times.length, heard: mean(times), skips: times.filter((time) => time <= threshold).length,
  }));
  const likes = all.filter((one) => one.heard >= 0.5).sort((a, b) => b.count * b.heard - a.count * a.heard).slice(0, 2);
  const skips = all.filter((one) => one.skips && one.heard < 0.4).sort((a, b) => b.skips - a.skips).slice(0, 1);
  const times = heard.map((one) => one.time);
  return [
    ...likes.map((one) => strings.learned.likes(one.artist, one.count, one.heard)),
    ...skips.map((one) => strings.learned.skips(one.artist, one.skips)),
    strings.learned.average(mean(times), times.filter((time) => time <= threshold).length),
  ];
}
