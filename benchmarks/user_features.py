"""``python -m benchmarks.user_features``: what features of a user add to their id in a hybrid factorisation.

LightFM's model on a playback log: the logit of the fraction heard is the product of an artist's vector and a user's,
and a user's vector is the sum of the embeddings of their id and of their features. A log has no features but what
users heard, so the features are their favourite artists. Each user's last session is held out. Lower loss is better.
"""

from __future__ import annotations

from cli.ending import ended

import argparse
import sys
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from preprocessing.catalogue import read_catalogue
from preprocessing.ingest import read_log
from preprocessing.parameters import Parameters
from preprocessing.profiles import artist_liking, favourite_artists
from preprocessing.schemas import TIME_UNITS
from preprocessing.sessions import by_user_and_time, in_order, with_sessions
from preprocessing.sources import digests, find_files

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

FEATURES = 5  # favourite artists of a user
DIMENSION, EPOCHS, BATCH, RATE = 16, 4, 8192, 0.01
PENALTY = 1e-5  # per weight


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the held-out loss of each variant."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.user_features", description=__doc__)
    parser.add_argument("--catalogue", required=True, metavar="FILE")
    parser.add_argument("--log", required=True, metavar="PATH", help="a file, a folder or a glob")
    options = parser.parse_args(arguments)
    catalogue = read_catalogue(find_files([options.catalogue], "catalogue"))
    files = find_files([options.log], "log")
    log = read_log(dict(zip(files, digests(files), strict=True)), catalogue, lambda *_: None)
    events = with_sessions(in_order(by_user_and_time(log.events)).lazy(), Parameters().session_gap_s).collect()
    held_out = pl.col("session_idx") == pl.col("session_idx").max().over("user_idx")
    first = events.with_columns(held_out=held_out).filter("first_hearing", ~pl.col("opens"))
    learned = events.with_columns(held_out=held_out).filter(~pl.col("held_out"))
    artists = pl.Series(catalogue.track_artist)
    liked = favourite_artists(artist_liking(learned, artists))
    # A row of users without a favourite points behind the last artist, at a vector that stays 0.
    features = np.full((len(log.user_ids), FEATURES), catalogue.n_artists)
    for user, rows in liked.group_by("user_idx", maintain_order=True).head(FEATURES).group_by("user_idx"):
        features[int(user[0]), : len(rows)] = rows["artist_idx"].to_numpy()
    users, heard = first["user_idx"].to_numpy().astype(np.int64), (first["time"] / TIME_UNITS).to_numpy()
    of = catalogue.track_artist[first["track_idx"].to_numpy()].astype(np.int64)
    test = first["held_out"].to_numpy()
    table = Table(title=f"Log loss on {test.sum():,} held-out playbacks, {(~test).sum():,} learned from")
    for heading in ("a user is", "log loss"):
        table.add_column(heading, justify="left" if heading == "a user is" else "right")
    for name, with_id, with_features in (
        ("a bias", False, False),
        ("their id", True, False),
        ("their features", False, True),
        ("their id and features", True, True),
    ):
        loss = _held_out_loss(users, of, heard, test, features, catalogue.n_artists + 1, with_id, with_features)
        table.add_row(name, f"{loss:.4f}")
    Console().print(table)
    return 0


def _held_out_loss(
    users: Rows,
    artists: Rows,
    heard: NDArray[np.float64],
    test: NDArray[np.bool_],
    features: Rows,
    n_artists: int,
    with_id: bool,
    with_features: bool,
) -> float:
    """Fit by mini-batch Adam and return the mean log loss of what is held out."""
    rng = np.random.default_rng(0)
    n_users = len(features)
    shapes = [(n_users, DIMENSION), (n_artists, DIMENSION), (n_artists, DIMENSION)]
    ids, likes, items = ((0.05 * rng.standard_normal(shape)).astype(np.float32) for shape in shapes)
    likes[-1] = 0
    biases = [np.zeros((n, 1), dtype=np.float32) for n in (n_users, n_artists)]
    tables = [ids * with_id, likes * with_features, items, *biases]
    moments = [(np.zeros_like(table), np.zeros_like(table)) for table in tables]
    mean = float(heard[~test].mean())
    base = np.log(mean / (1 - mean))

    def vectors(who: Rows) -> Floats:
        summed: Floats = tables[0][who] + tables[1][features[who]].mean(axis=1)
        return summed

    def predicted(rows: Rows) -> Floats:
        logits = base + tables[3][users[rows], 0] + tables[4][artists[rows], 0]
        logits += (vectors(users[rows]) * tables[2][artists[rows]]).sum(axis=1)
        fractions: Floats = 1 / (1 + np.exp(-logits))
        return fractions

    learned = np.flatnonzero(~test)
    step = 0
    for _ in range(EPOCHS):
        rng.shuffle(learned)
        for start in range(0, len(learned), BATCH):
            rows = learned[start : start + BATCH]
            step += 1
            error = ((predicted(rows) - heard[rows]) / len(rows)).astype(np.float32)[:, None]
            user_side, item_side = error * tables[2][artists[rows]], error * vectors(users[rows])
            gradients = [np.zeros_like(table) for table in tables]
            if with_id:
                np.add.at(gradients[0], users[rows], user_side)
            if with_features:
                for place in range(FEATURES):
                    np.add.at(gradients[1], features[users[rows], place], user_side / FEATURES)
                gradients[1][-1] = 0
            if with_id or with_features:
                np.add.at(gradients[2], artists[rows], item_side)
            np.add.at(gradients[3], users[rows], error)
            np.add.at(gradients[4], artists[rows], error)
            for table, gradient, (first, second) in zip(tables, gradients, moments, strict=True):
                gradient += PENALTY * table
                first += 0.1 * (gradient - first)
                second += 0.001 * (gradient**2 - second)
                table -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    rows = np.flatnonzero(test)
    chance = np.clip(predicted(rows).astype(np.float64), 1e-6, 1 - 1e-6)
    return float(-np.mean(heard[rows] * np.log(chance) + (1 - heard[rows]) * np.log(1 - chance)))


if __name__ == "__main__":
    sys.exit(ended(main))
