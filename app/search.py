"""Search in the catalogue as somebody types: parts of words, whatever the case and the accents, most listened first.

One text holds a line per track, artist before title, in the order of popularity. A search is one scan of that text by
the regular expression engine's search for a literal, in C, and stops once it has enough; sources of other tools
(n-gram indexes, SQLite's FTS5) find no parts of words shorter than three letters, or hold many times the text.
"""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from itertools import islice, pairwise
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from preprocessing.artifacts import Artifacts, Texts

CONSIDERED = 1000  # tracks found that are ranked: of more, those that are listened to less are left out
EXAMINED = 65_536  # places looked at, so that words which stand everywhere but never together cost no second

# Letters that are no base letter with an accent to Unicode, but are typed as if they were; apostrophes join.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe"}
    | dict.fromkeys(string.punctuation, " ")
    | dict.fromkeys("'`\u2018\u2019\u00b4", "")
)


def folded(text: str) -> str:
    """Return a text as it is compared: words in lower case without accents and punctuation, a space between them."""
    text = text.casefold().translate(_PLAIN)
    if not text.isascii():
        text = "".join(_plain(sign) for sign in unicodedata.normalize("NFKD", text))
    return " ".join(text.split())


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)[0]
    return " " if category == "P" else "" if category == "M" else sign


@dataclass(frozen=True, slots=True)
class _Index:
    """The lines of all tracks, each between a space and a line end."""

    artifacts: Artifacts
    text: bytes
    ends: NDArray[np.int64]  # (n_tracks,), where each line ends

    @classmethod
    def of(cls, artifacts: Artifacts) -> _Index:
        """Return the index of a catalogue; it takes some seconds per million tracks, once."""
        artists, titles = _all_folded(artifacts.artist_names), _all_folded(artifacts.track_titles)
        tracks = artifacts.popular_tracks
        lines = [
            f" {artists[artist]} {titles[track]}\n".encode()
            for track, artist in zip(tracks.tolist(), artifacts.track_artist[tracks].tolist(), strict=True)
        ]
        return cls(artifacts, b"".join(lines), np.cumsum([len(line) for line in lines], dtype=np.int64))

    def find(self, words: list[bytes]) -> list[int]:
        """Return places in the order of popularity, best match first, of tracks that hold all words."""
        text, phrase = self.text, b" " + b" ".join(words)
        longest = max(words, key=len)
        others = [word for word in words if word != longest]
        found: list[tuple[bool, bool, int]] = []
        end = -1
        for match in islice(re.finditer(re.escape(longest), text), EXAMINED):
            at = match.start()
            if at < end:
                continue  # the same track again
            end = text.find(b"\n", at)
            line = text[text.rfind(b"\n", 0, at) + 1 : end]
            for word in others:
                if word not in line:
                    break
            else:
                found.append((phrase not in line, not all(b" " + word in line for word in words), at))
                if len(found) == CONSIDERED:
                    break
        places: list[int] = np.searchsorted(self.ends, [at for *_, at in sorted(found)], side="right").tolist()
        return places


def _all_folded(texts: Texts) -> list[str]:
    """Return all texts folded; from one copy of the buffer, which takes a third of the time of text by text."""
    buffer = texts.buffer.tobytes()
    return [folded(buffer[start:end].decode()) for start, end in pairwise(texts.offsets.tolist())]


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
        with self._making:  # for nothing too: whoever begins to type is waited for
            if self._index is None or self._index.artifacts is not artifacts:
                self._index = _Index.of(artifacts)
            index = self._index
        words = [word.encode() for word in folded(query).split()]
        if not words:
            return [] if query.strip() else artifacts.popular_tracks[:limit].tolist()
        places = index.find(words)[:limit]
        rows: list[int] = artifacts.popular_tracks[places].tolist() if places else []
        return rows
