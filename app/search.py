"""Search in the catalogue as somebody types: parts of words, whatever the case and the accents, most listened first.

One text holds a line per track, artist before title, in the order of popularity. A search is one scan of that text by
the regular expression engine's search for a literal, in C, and stops once it has enough; sources of other tools
(n-gram indexes, SQLite's FTS5) find no parts of words shorter than three letters, or hold many times the text.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts import Artifacts

CONSIDERED = 1000  # tracks found that are ranked: of more, those that are listened to less are left out
EXAMINED = 65_536  # places looked at, so that words which stand everywhere but never together cost no second
BATCH = 1024  # places whose tracks are looked up at a time

# Letters that are no base letter with an accent to Unicode, but are typed as if they were.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}
    | dict.fromkeys("'’`´", "")
    | dict.fromkeys(set(string.punctuation + "“”„«»–—…·") - set("'`"), " ")
)


def folded(text: str) -> str:
    """Return a text as it is compared: words in lower case without accents and punctuation, a space between them."""
    text = text.casefold()
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(text.translate(_PLAIN).split())


@dataclass(frozen=True, slots=True)
class _Index:
    """The lines of all tracks, each between a space and a line end."""

    artifacts: Artifacts
    text: bytes
    ends: NDArray[np.int64]  # (n_tracks,), where each line ends

    @classmethod
    def of(cls, artifacts: Artifacts) -> _Index:
        """Return the index of a catalogue; about 2 s per million tracks."""
        artists = [folded(name) for name in artifacts.artist_names]
        lines = [
            f" {artists[artist]} {folded(artifacts.track_titles[track])}\n".encode()
            for track, artist in zip(
                artifacts.popular_tracks.tolist(),
                artifacts.track_artist[artifacts.popular_tracks].tolist(),
                strict=True,
            )
        ]
        return cls(artifacts, b"".join(lines), np.cumsum([len(line) for line in lines], dtype=np.int64))

    def find(self, words: list[bytes]) -> list[int]:
        """Return places in the order of popularity, best match first, of tracks that hold all words."""
        found: list[tuple[bool, bool, int]] = []
        phrase = b" " + b" ".join(words)
        for place, line in islice(self._lines(max(words, key=len)), EXAMINED):
            if all(word in line for word in words):
                found.append((phrase not in line, not all(b" " + word in line for word in words), place))
                if len(found) == CONSIDERED:
                    break
        return [place for *_, place in sorted(found)]

    def _lines(self, word: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the place and the line of every track that holds a word."""
        starts = (match.start() for match in re.finditer(re.escape(word), self.text))
        seen = -1
        while batch := list(islice(starts, BATCH)):
            for place in np.searchsorted(self.ends, batch, side="right").tolist():
                if place != seen:
                    seen = place
                    yield place, self.text[self.ends[place - 1] if place else 0 : self.ends[place]]


class Search:
    """Finds tracks; the index is made when it is first asked for, and anew for other artifacts."""

    def __init__(self) -> None:
        self._index: _Index | None = None
        self._making = Lock()

    def find(self, artifacts: Artifacts, query: str, limit: int) -> list[int]:
        """Return rows of tracks whose artist and title hold every word of a query, or a part of a word each.

        Args:
            artifacts: The catalogue.
            query: What was typed so far; nothing finds the most listened tracks.
            limit: Tracks at most.
        """
        words = [word.encode() for word in folded(query).split()]
        if not words:
            return [] if query.strip() else artifacts.popular_tracks[:limit].tolist()
        with self._making:
            if self._index is None or self._index.artifacts is not artifacts:
                self._index = _Index.of(artifacts)
            index = self._index
        places = index.find(words)[:limit]
        rows: list[int] = artifacts.popular_tracks[places].tolist() if places else []
        return rows
