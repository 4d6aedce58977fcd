"""The whole way from files to a draft of artifacts: read, transform, gather."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from preprocessing import popularity, profiles
from preprocessing.artifacts import Counts, Draft, Ids
from preprocessing.aside import Aside
from preprocessing.catalogue import Catalogue, read_catalogue
from preprocessing.columns import columns_of
from preprocessing.indexed import user_lists
from preprocessing.ingest import read_log
from preprocessing.kin import users_alike, ways_of
from preprocessing.learned_before import LearnedBefore
from preprocessing.neighbours import track_neighbours
from preprocessing.packed import check_rows
from preprocessing.parameters import Parameters
from preprocessing.partners import Partners
from preprocessing.parts import Parts, digests_as_read
from preprocessing.portions import of_portions, portions
from preprocessing.progress import Reporter
from preprocessing.ragged import to_ragged
from preprocessing.sessions import by_user_and_time, in_order, with_sessions, without_repeats
from preprocessing.settled import from_settled_events, settle
from preprocessing.similar_users import similar_users
from preprocessing.sources import digests, find_files, fingerprint


@dataclass(frozen=True, slots=True)
class Source:
    """A catalogue and its log in sessions; a part of the events is as good a source."""

    catalogue: Catalogue
    events: pl.DataFrame  # in sessions, see ``with_sessions``
    user_ids: Ids
    fingerprint: str  # of all files
    rows_read: int  # dropped ones included
    dropped: dict[str, int]


@dataclass(frozen=True, slots=True)
class Built:
    """A draft, and how many rows were read for it."""

    draft: Draft
    rows_read: int


def build(
    catalogue_names: Sequence[str],
    log_names: Sequence[str],
    parameters: Parameters,
    reporter: Reporter,
    parts_folder: Path | None = None,
) -> Built:
    """Return the artifacts of a catalogue and a log, not yet written.

    Args:
        catalogue_names: Files, folders or globs.
        log_names: Files, folders or globs.
        parameters: Thresholds and sizes.
        reporter: Shows the progress.
        parts_folder: Where what was read of each file, and what was learned, is kept, if it is.

    Raises:
        InputError: The input cannot be used.
    """
    # Not kept under a name here, so that it is let go of where it is no longer needed.
    return fit(read(catalogue_names, log_names, parameters, reporter, parts_folder), parameters, reporter, parts_folder)


def read(
    catalogue_names: Sequence[str],
    log_names: Sequence[str],
    parameters: Parameters,
    reporter: Reporter,
    parts_folder: Path | None = None,
) -> Source:
    """Return a catalogue and a log, cleaned and in sessions; the arguments are those of ``build``.

    Raises:
        InputError: The input cannot be used.
    """
    catalogue_files, log_files = find_files(catalogue_names, "catalogue"), find_files(log_names, "log")
    with reporter.stage("catalogue"):
        catalogue = read_catalogue(catalogue_files)
        check_rows(catalogue.n_tracks, "tracks")
        catalogue_digests, log_digests = digests(catalogue_files), digests(log_files)
    compressed = any(file.suffix in (".gz", ".zst") for file in log_files)
    total_bytes = None if compressed else sum(file.stat().st_size for file in log_files)
    with reporter.stage("log", total_bytes) as stage:
        catalogue_as_read = fingerprint([*digests_as_read(catalogue_files, catalogue_digests).values()])
        parts = Parts(parts_folder, catalogue_as_read) if parts_folder and len(log_files) > 1 else None
        log = read_log(digests_as_read(log_files, log_digests), catalogue, stage.advance, parts)
    check_rows(len(log.user_ids), "users")
    user_ids, rows_read, dropped = log.user_ids, log.rows_read, log.dropped
    with reporter.stage("sessions"):
        ordered = by_user_and_time(log.events)
        del log  # the rows as they were read, no longer needed
        events, repeated = in_sessions(ordered, parameters)
    dropped |= {"repeated_request": repeated}
    source = fingerprint([*catalogue_digests, *log_digests])
    return Source(catalogue, events, user_ids, source, rows_read, dropped)


def fit(source: Source, parameters: Parameters, reporter: Reporter, parts_folder: Path | None = None) -> Built:
    """Return the artifacts of a source, not yet written; the arguments are those of ``build``."""
    catalogue, events = source.catalogue, source.events
    n_users = len(source.user_ids)
    lazy = events.lazy()
    aside = Aside(parts_folder)
    with reporter.stage("popularity"):
        tracks = popularity.of_catalogue(catalogue, popularity.sums_of(lazy), parameters)
        artist_tracks = to_ragged(popularity.by_artist(tracks.lazy()).collect(), catalogue.n_artists)
    with reporter.stage("track neighbours"):
        near = track_neighbours(lazy, catalogue.track_artist, parameters)
        neighbours = Partners(aside.array(near.indices), aside.array(near.scores))
        del near
    with reporter.stage("profiles"):
        artist = tracks["artist_idx"]
        opened, liked, disliked, artists, disliked_artists, only_liked, liking = of_portions(
            events, "user_idx", lambda portion: profiles.lists(portion, artist, parameters)
        )
        fans = profiles.fans(liking, parameters.fans)
        lists = zip(profiles.COLUMNS, (opened, liked, disliked, artists), strict=True)
        of_users = {name: aside.ragged(to_ragged(frame, n_users)) for name, frame in lists}
    del lists, liking, opened, liked
    n_events, opened_ms = len(events), events.filter("opens")["timestamp"].to_numpy()
    settled = settle(events, parameters)
    # The largest of all that was held; only what is settled is needed from here on.
    source = replace(source, events=events.clear())
    del events, lazy
    # Before users are compared: of a large log these two take most memory, and so one of them after the other.
    before = LearnedBefore(parts_folder) if parts_folder else None
    learned = from_settled_events(settled, tracks, artist_tracks, n_users, parameters, reporter, before)
    del settled
    with reporter.stage("similar users"):
        lag = parameters.similar_user_lag
        ways = ways_of(only_liked, disliked, artists, disliked_artists)
        similar = similar_users(ways["liked_tracks"], artists, n_users, parameters.similar_users, lag)
        kin = users_alike(ways, artists, n_users, parameters.kin, lag)
    del ways, only_liked, disliked, artists, disliked_artists
    with reporter.stage("personal lists"):
        indexed = user_lists(
            of_users["user_favourites"],
            of_users["user_disliked"],
            of_users["user_favourite_artists"],
            artist_tracks,
            neighbours.indices,
            similar.indices,
            parameters.indexed_length,
        )
    counted = columns_of(
        catalogue,
        tracks,
        artist_tracks=artist_tracks,
        neighbours=neighbours,
        user_ids=source.user_ids,
        profiles=of_users,
        similar=similar,
        kin=kin,
        fans=fans,
        indexed=indexed,
    )
    columns = {**counted, **learned.columns}
    counts = Counts(
        tracks=catalogue.n_tracks,
        artists=catalogue.n_artists,
        users=n_users,
        groups=len(columns["group_tracks"]),
        events=n_events,
        sessions=len(opened_ms),
    )
    newest = int(opened_ms.max()) if len(opened_ms) else None
    draft = Draft(columns, source.fingerprint, counts, source.dropped, parameters.model_dump(), newest, learned.taste)
    return Built(draft, source.rows_read)


def in_sessions(events: pl.DataFrame, parameters: Parameters) -> tuple[pl.DataFrame, int]:
    """Return the sorted events in sessions, and how many repeated requests were left out."""
    frames: list[pl.DataFrame] = []
    repeated, sessions = 0, 0
    for portion in portions(events, "user_idx"):
        ordered = in_order(portion)
        once = without_repeats(ordered)
        repeated += len(ordered) - len(once)
        frame = with_sessions(once.lazy(), parameters.session_gap_s).collect()
        frames.append(frame.with_columns(pl.col("session_idx") + sessions))
        sessions += int(frame["opens"].sum())
    return pl.concat(frames), repeated
