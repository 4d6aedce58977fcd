"""The whole way on Spark: the log read and cut by user, its portions' findings merged, the arrays put together.

The driver holds what belongs to the catalogue (a few numbers per track and artist) and one chunk of anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

from preprocessing import popularity, profiles
from preprocessing.artifacts import Column, Counts, Draft, TasteNumbers
from preprocessing.artifacts.layout import LAYOUT
from preprocessing.catalogue import Catalogue, read_catalogue
from preprocessing.columns import columns_of
from preprocessing.errors import InputError
from preprocessing.indexed import Candidates
from preprocessing.neighbours import choice_of
from preprocessing.packed import check_rows
from preprocessing.parameters import Parameters
from preprocessing.partners import Choice
from preprocessing.pipeline import Built
from preprocessing.progress import Reporter
from preprocessing.ragged import to_ragged
from preprocessing.sources import digests, fingerprint
from preprocessing.spark import portion
from preprocessing.spark.assembly import Assembly
from preprocessing.spark.findings import SCHEMA
from preprocessing.spark.merging import fans_of_artists, sums_of_tracks
from preprocessing.spark.partners import Ranking, ranked, summed, user_pairs
from preprocessing.spark.portions import Portions
from preprocessing.spark.reading import Rows, fingerprint_of, read_log
from preprocessing.spark.storage import Storage
from preprocessing.spark.whole import TASTE_NUMBERS, AllEventsTask, all_events, personal_lists

KIN = tuple(name for name in LAYOUT if name.startswith("kin_by_"))


class Engine:
    """One run; ``work`` is a folder that every executor reaches, ``scratch`` one of the driver."""

    def __init__(
        self, spark: SparkSession, parameters: Parameters, reporter: Reporter, work: str, scratch: Path
    ) -> None:
        self._spark, self._parameters, self._reporter = spark, parameters, reporter
        self._work, self._scratch = work, scratch

    def build(self, catalogue_names: Sequence[str], log_names: Sequence[str]) -> Built:
        """Return the artifacts, not yet written; the arguments are those of ``pipeline.build``, or URLs.

        Raises:
            InputError: The input cannot be used.
        """
        storage, stage = Storage(self._spark), self._reporter.stage
        with stage("catalogue"):
            catalogue_files = storage.find(catalogue_names, "catalogue")
            paths = storage.fetch([file.url for file in catalogue_files], self._scratch)
            catalogue = read_catalogue(paths)
            check_rows(catalogue.n_tracks, "tracks")
            log_files = storage.find(log_names, "log")
            source = fingerprint([*digests(paths), *map(fingerprint_of, log_files)])
        with stage("log"):
            rows = read_log(self._spark, log_files, self._spark.sparkContext.broadcast(catalogue))
        with stage("portions"):
            portions = self._portions(rows, catalogue)
            if not portions.n_users:
                raise InputError("no row of the log is left to learn from; the engine spark needs one")
            check_rows(portions.n_users, "users")
        columns, taste = self._fit(portions, catalogue)
        counts = Counts(
            tracks=catalogue.n_tracks,
            artists=catalogue.n_artists,
            users=portions.n_users,
            groups=len(columns["group_tracks"]),
            events=portions.total(portion.PLAYBACKS),
            sessions=portions.total(portion.SESSIONS),
        )
        dropped = rows.dropped | {name: portions.total(name) for name in (portion.FORGOTTEN, portion.REPEATED)}
        draft = Draft(columns, source, counts, dropped, self._parameters.model_dump(), portions.newest, taste)
        return Built(draft, rows.read)

    def _portions(self, rows: Rows, catalogue: Catalogue) -> Portions:
        task = portion.PortionTask(self._spark.sparkContext.broadcast(catalogue.track_artist), self._parameters)
        n = max(self._spark.sparkContext.defaultParallelism, -(-rows.kept // portion.ROWS))
        found = rows.rows.repartitionByRange(n, "user").mapInArrow(task, SCHEMA)
        return Portions(self._spark, self._kept(found, "portions"), n)

    def _fit(self, portions: Portions, catalogue: Catalogue) -> tuple[dict[str, Column], TasteNumbers | None]:
        stage, parameters = self._reporter.stage, self._parameters
        broadcast = self._spark.sparkContext.broadcast
        n_users, n_artists = portions.n_users, catalogue.n_artists
        mine = Assembly(portions.found, self._scratch)
        with stage("popularity"):
            tracks = popularity.of_catalogue(catalogue, sums_of_tracks(portions.found).lazy(), parameters)
            artist_tracks = to_ragged(popularity.by_artist(tracks.lazy()).collect(), n_artists)
            liking = portions.globally("b").where(F.col("name") == portion.FANS)
            fans = fans_of_artists(liking, parameters.fans, len(portions.starts))
        with stage("neighbours and similar users"):
            best = self._kept(self._partners(portions, catalogue), "partners")
            near = Assembly(best, self._scratch)
            tracks_near = near.partners(portion.TOGETHER, catalogue.n_tracks, parameters.neighbours)
            similar = near.partners(portion.SIMILAR, n_users, parameters.similar_users)
            kin = {name: near.partners(name.removeprefix("kin_by_"), n_users, parameters.kin).indices for name in KIN}
        with stage("user groups and taste"):
            task = AllEventsTask(
                broadcast(tracks), broadcast(artist_tracks), broadcast(portions.starts), n_users, parameters
            )
            whole = Assembly(self._kept(all_events(portions.found, task), "all-events"), self._scratch)
        with stage("personal lists"):
            candidates = broadcast(Candidates(artist_tracks, tracks_near.indices))
            lists = personal_lists(portions.found, best, portions.first_users, candidates, parameters.indexed_length)
            indexed = Assembly(self._kept(lists, "lists"), self._scratch).ragged("user_indexed")
        columns = columns_of(
            catalogue,
            tracks,
            artist_tracks=artist_tracks,
            neighbours=tracks_near,
            user_ids=mine.ids("user_ids", texts=portions.text_ids),
            profiles={name: mine.ragged(name) for name in profiles.COLUMNS},
            similar=similar,
            kin=kin,
            fans=fans,
            indexed=indexed,
        )
        sizes = {"tracks": catalogue.n_tracks, "artists": n_artists}
        for name, entry in LAYOUT.items():
            if name not in columns:
                rows = None if entry.columns is None else sizes[entry.rows]
                ragged = entry.kind == "ragged"
                columns[name] = whole.ragged(name) if ragged else whole.array(name, entry.dtype, rows)
        numbers = whole.text(TASTE_NUMBERS)
        return columns, TasteNumbers.model_validate_json(numbers) if numbers else None

    def _partners(self, portions: Portions, catalogue: Catalogue) -> DataFrame:
        parameters, n_users = self._parameters, portions.n_users
        ways = [name.removeprefix("kin_by_") for name in KIN]
        items = portions.globally("a").where(F.col("name").isin(portion.SIMILAR, *ways))
        of_users = user_pairs(items, n_users, parameters.similar_user_lag, len(portions.starts))
        of_tracks = portions.found.where(F.col("name") == portion.TOGETHER)
        pairs = self._kept(summed(of_users.unionAll(of_tracks.select(of_users.columns))), "pairs")
        kin = Ranking(n_users, Choice(parameters.kin, shrinkage=0.0))
        rankings = dict.fromkeys(ways, kin) | {
            portion.SIMILAR: Ranking(n_users, Choice(parameters.similar_users, shrinkage=0.0)),
            portion.TOGETHER: Ranking(catalogue.n_tracks, choice_of(catalogue.track_artist, parameters)),
        }
        broadcast = self._spark.sparkContext.broadcast
        return ranked(pairs, broadcast(rankings), broadcast(portions.starts))

    def _kept(self, frame: DataFrame, name: str) -> DataFrame:
        """Write a frame, so that nothing is made twice, and return it as it was read again."""
        url = f"{self._work}/{name}"
        frame.write.partitionBy("name").parquet(url)
        return self._spark.read.schema(frame.schema).parquet(url)
