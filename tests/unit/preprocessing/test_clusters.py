"""Clusters of directions that are plain to see."""

from __future__ import annotations

import numpy as np
import pytest

from preprocessing import clusters
from preprocessing.clusters import cluster, split


def directions(*degrees: float) -> np.ndarray:
    """Return vectors of length 1 that point so many degrees from the first axis."""
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def test_vectors_that_point_alike_are_a_cluster() -> None:
    """Three near 0 degrees are one cluster, three near 90 another; a vector of zeros is in none."""
    labels = cluster(np.vstack([directions(0, 5, 10, 80, 85, 90), np.zeros((1, 2))]), 2).tolist()
    assert len(set(labels[:3])) == len(set(labels[3:6])) == 1
    assert labels[0] != labels[5]
    assert labels[6] == -1


def test_who_was_not_in_the_sample_joins_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 40 vectors near 0 and 40 near 90 degrees, all find their side, though the centres come from twenty."""
    monkeypatch.setattr(clusters, "_SAMPLE", 20)
    labels = cluster(np.vstack([directions(*range(-10, 30)), directions(*range(61, 101)), np.zeros((1, 2))]), 2)
    assert len(set(labels[:40].tolist())) == len(set(labels[40:80].tolist())) == 1
    assert labels[0] != labels[40]
    assert labels[80] == -1


def test_there_may_be_more_clusters_than_vectors() -> None:
    """Two vectors that point apart are two clusters of the ten that are asked for."""
    assert sorted(cluster(directions(0, 90), 10).tolist()) == [0, 1]


def test_a_cluster_falls_into_small_ones_within_it() -> None:
    """Two clusters of four directions fall into pairs of neighbours; none has members of both."""
    finer = split(directions(0, 2, 40, 42, 180, 182, 220, 222), np.array([0, 0, 0, 0, 1, 1, 1, 1], np.int32), 2)
    assert finer.tolist() == [finer[0], finer[0], finer[2], finer[2], finer[4], finer[4], finer[6], finer[6]]
    assert sorted(set(finer.tolist())) == [0, 1, 2, 3]


def test_members_that_are_all_alike_stay_together() -> None:
    """Five equal vectors are one cluster where two members are the most; a vector that is in none stays so."""
    finer = split(directions(30, 30, 30, 30, 30, 0), np.array([0, 0, 0, 0, 0, -1], np.int32), 2)
    assert finer.tolist() == [0, 0, 0, 0, 0, -1]
