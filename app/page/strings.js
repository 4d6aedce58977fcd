// Every text of the page, in English. Another language is another such file.

const percent = (fraction) => `${Math.round(100 * fraction)} %`;
const many = (count, one, more) => `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
const signed = (value) => value.toFixed(1).replace("-", "\u2212");  // a minus as wide as a plus
const listed = (parts) =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

export const strings = {
  name: "Segue",
  claim: "Which track next?",
  skipLink: "Skip to the content",
  navigation: "Pages",
  pages: { listen: "Listen", catalogue: "Catalogue", experiments: "Experiments", leaderboard: "Leaderboard", docs: "API" },
  percent,

  errors: {
    away: "The service does not answer.",
    slow: "The service takes too long to answer.",
    again: "Nothing is lost: it is asked again every few seconds.",
    unknown: (status) => `The service answered with status ${status}.`,
    retry: "Try again now",
    waiting: "Waiting for the service …",
  },

  key: {
    heading: "This Segue asks for a key",
    label: "API key",
    use: "Use this key",
    cancel: "Go on without",
    unfit: "This is no key: keys are plain letters, digits and signs. Something that cannot be seen may have been copied with it.",
  },

  search: {
    label: "First track",
    hint: "Type a part of a title or of an artist; or choose one of the most listened.",
    catalogueLabel: "Find a track",
    none: (text) => `No track is called “${text}”.`,
    empty: "The catalogue is empty. Run make preprocess with a catalogue file, then start Segue again.",
    found: (count) => (count === 20 ? "The first 20 tracks; type more to narrow them down." : many(count, "track.", "tracks.")),
  },

  start: {
    heading: "What would you like to hear?",
    lead: "Be a listener for a while. Choose a track to begin with, skip what you do not like, and see what Segue makes of it.",
    user: "Listener",
    userHint: "An id as in your log. New ones are welcome.",
    noUser: "Name a listener first.",
    ends: "Starting ends a session that this listener may have.",
    notEnded: "The session store is away, so that an earlier session of this listener goes on with this one.",
  },

  now: {
    region: "Now playing",
    place: (number) => `Track ${number}`,
    heard: "Heard so far",
    play: "Play",
    pause: "Pause",
    next: "Next",
    skip: "Skip",
    keys: "No sound: a track takes 30 seconds here.",
    typed: "Keys: space plays and pauses, N is next, S skips.",
    end: "End this session",
    again: "Start another session",
    ended: "This session has ended.",
    endedLead: (count, heard) => `${many(count, "track", "tracks")}, of which you heard ${percent(heard)}.`,
    announce: (title, artist, why) => `Now: ${title}, by ${artist}. ${why}`,
  },

  who: {
    listener: "Listener",
    chain: "Chain",
    treatment: "Treatment",
    none: "in no experiment",
    treated: (treatment, experiment) => `${treatment} of ${experiment}`,
    known: "known to the log",
    unknown: "new to the log",
  },

  penalty: {
    heading: "Skips in a row",
    lamps: (count, max) => `${count} of ${max} skips in a row`,
    rule: (max, threshold) => `Heard to ${percent(threshold)} or less is a skip. After ${max} in a row Segue changes course.`,
    changed: "That was one skip too many: Segue changes course.",
  },

  why: {
    you: "You came with this one.",
    by: {
      anchorArtist: (artist) => `By ${artist}, the artist that you came with`,
      previousArtist: (artist) => `Once more by ${artist}, whom you have just heard`,
      sameArtist: (artist) => `By ${artist}, an artist of this session`,
      diversity_injector: (artist) => `For a change: ${artist}, whom you should like`,
      contextual_fallback: () => "People hear it together with the track that you came with",
      popular: () => "Many people listen to it",
      random: () => "Drawn from the whole catalogue by chance",
      explore: () => "Drawn by chance, to learn whether you like it",
      factors: () => "Those who hear what you liked hear this artist too",
      indexed: () => "From your own list of what you should like",
      contextual: () => "Chosen for the mood of this session",
      similar_users: () => "People with a taste like yours hear it",
      user_groups: () => "Those who listen to what you listen to hear it",
      session_taste: (artist) => `Of all that is left, ${artist} suits best what you stayed with in this session`,
      tasteOfAnchor: (artist) => `By ${artist}, the artist that you came with: still what suits this session best`,
      last_resort: () => "Everything better was heard already or is not for you",
      other: (strategy) => `Proposed by the strategy “${strategy}”`,
    },
    penalised: "You skipped several in a row, so Segue changes course",
    leftOut: (counts) => {
      const causes = [["disliked", "that you dislike"], ["skipped", "that you skipped"], ["heard", "already heard"]];
      const present = causes.filter(([cause]) => counts[cause]);
      const parts = present.map(([cause, text], place) =>
        place ? `${counts[cause]} ${text}` : `${many(counts[cause], "track", "tracks")} ${text}`,
      );
      const sum = present.reduce((total, [cause]) => total + counts[cause], 0);
      return parts.length ? `${listed(parts)} ${sum === 1 ? "was" : "were"} left out` : "";
    },
  },

  queue: { heading: "Up next", none: "Nothing else is lined up." },

  picture: {
    heading: "This session",
    empty: "Each track that you hear becomes a bar here: how high, how much of it; which colour, which strategy chose it.",
    label: (count) => `${many(count, "track", "tracks")} of this session: how much of each was heard, and who chose it. The numbers follow as a table.`,
    bar: (number, title, time, strategy) => `${number}. ${title}: ${percent(time)} heard, chosen by ${strategy}`,
    numbers: "The numbers",
    columns: ["Track", "Chosen by", "Heard"],
    you: "you",
  },

  learned: {
    heading: "What this session has taught",
    nothing: "Nothing yet: listen or skip.",
    likes: (artist, count, heard) => `You stay with ${artist}: ${percent(heard)} of ${many(count, "track", "tracks")}.`,
    skips: (artist, count) => `Not now: ${artist}, ${count === 1 ? "skipped once" : `skipped ${count} times`}.`,
    average: (heard, skips) => `You hear ${percent(heard)} of a track on average; ${many(skips, "skip", "skips")} so far.`,
  },

  catalogue: {
    heading: "Catalogue",
    lead: "Find a track to see how it is listened to.",
    listen: "Listen from here",
    plays: "Playbacks",
    appeal: (plays) => (plays ? "Heard on average" : "Expected to be heard"),
    byArtist: "Tracks by this artist",
    neighbours: "Listened together with it",
    noNeighbours: "The log does not know yet.",
    popular: "Most listened",
    more: (artist) => `More by ${artist}`,
    closeness: (score) => `closeness ${score.toFixed(2)}`,
  },

  experiments: {
    heading: "Experiments",
    lead: "Who is served by which chain, and what the log says about it so far.",
    none: "No experiment is set up. Name one in settings.toml.",
    forced: (chain) => `The chain “${chain}” serves everybody at the moment, whatever the experiments say.`,
    off: "switched off",
    treatments: ["Treatment", "Chain", "Users"],
    report: "What the log says",
    judging: "Reading the log …",
    asOf: (date) => `As of ${date}; the log is read again after a minute.`,
    verdict: (row) =>
      row.effect_percent === null
        ? `${row.treatment}: too little is known yet.`
        : `${row.treatment}: listeners stay ${Math.abs(row.effect_percent).toFixed(1)} % ${row.effect_percent < 0 ? "shorter" : "longer"} than with the control${row.significant ? "" : ", which may be chance"}.`,
    columns: ["Metric", "Effect", "95 % interval", "p", "Control", "Treatment"],
    interval: (low, high) => (low === null ? "–" : `${signed(low)} to ${signed(high)} %`),
    effect: (value) => (value === null ? "–" : `${value > 0 ? "+" : ""}${signed(value)} %`),
    users: (control, treatment) => `${many(control, "user", "users")} in the control, ${treatment.toLocaleString("en")} in the treatment.`,
  },

  leaderboard: {
    heading: "Leaderboard",
    lead: "Which chain keeps simulated listeners listening? One world at a time; the bar is the mean session time in tracks.",
    world: (name) => `World ${name}`,
    columns: ["Chain", "Session time", "Over the control", "Tracks", "Skipped"],
    asOf: (command) => `Made by: ${command}`,
  },
};
