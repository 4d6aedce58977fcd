"""Who gets which treatment: the predecessor's assignment, to the bit."""

from __future__ import annotations

import json

import mmh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.assignment import Experiment, in_order
from tests.service import ROOT

REAL_LOG = ROOT.parent / "shared" / "data" / "botify" / "events.jsonl"
TWO = {"C": "control", "T1": "segue"}
# MurmurHash3 (x86, 32 bits, seed 0) of the name has its highest bit set: as a signed number it is negative.
NEGATIVE = "STICKY_ARTIST"


def murmur3(data: bytes, seed: int) -> int:
    """Return MurmurHash3 x86 32, written out. Source: Appleby, MurmurHash3.cpp (public domain)."""
    mask, h = 0xFFFFFFFF, seed & 0xFFFFFFFF

    def mixed(k: int) -> int:
        k = k * 0xCC9E2D51 & mask
        k = (k << 15 | k >> 17) & mask
        return k * 0x1B873593 & mask

    whole = len(data) - len(data) % 4
    for start in range(0, whole, 4):
        h ^= mixed(int.from_bytes(data[start : start + 4], "little"))
        h = (h << 13 | h >> 19) & mask
        h = (h * 5 + 0xE6546B64) & mask
    h ^= mixed(int.from_bytes(data[whole:], "little")) if data[whole:] else 0
    h ^= len(data)
    h = (h ^ h >> 16) * 0x85EBCA6B & mask
    h = (h ^ h >> 13) * 0xC2B2AE35 & mask
    return h ^ h >> 16


@pytest.mark.skipif(not REAL_LOG.exists(), reason=f"the predecessor's log is not at {REAL_LOG}")
def test_the_real_log_is_assigned_alike() -> None:
    """Every user of the predecessor's log gets the treatments that the log holds."""
    events = [json.loads(line) for line in REAL_LOG.read_text().splitlines()]
    assignments = {
        (event["user"], name, treatment) for event in events for name, treatment in event["experiments"].items()
    }
    assert len(assignments) > 50
    for user, name, treatment in assignments:
        count = 1 + max(int(t[1:] or 0) for _, n, t in assignments if n == name)
        treatments = {"C": "x"} | {f"T{i}": "x" for i in range(1, count)}
        assert Experiment(name, treatments).assign(user) == treatment


@pytest.mark.parametrize("name", [NEGATIVE, "SEGUE", "E", "", "Ünï"])
@pytest.mark.parametrize("user", [0, 7, 8222, -1, 2**63 - 1, "7", "ann", "čeněk", ""])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_assignment_is_the_hash_written_out(name: str, user: int | str, count: int) -> None:
    """The treatment is murmur(str(user), seed = murmur(name)) modulo the number of treatments."""
    names = ["C", *(f"T{i}" for i in range(1, count))]
    expected = murmur3(str(user).encode(), murmur3(name.encode(), 0)) % count
    assert Experiment(name, dict.fromkeys(names, "x")).assign(user) == names[expected]


def test_a_negative_hash_is_a_seed_all_the_same() -> None:
    """An experiment whose name hashes below zero splits by the same 32 bits."""
    assert mmh3.hash(NEGATIVE) < 0
    assert mmh3.hash(NEGATIVE) & 0xFFFFFFFF == murmur3(NEGATIVE.encode(), 0)
    assert {Experiment(NEGATIVE, TWO).assign(user) for user in range(20)} == {"C", "T1"}


def test_the_split_is_even_and_salted() -> None:
    """Of 10,000 users half get each treatment, and two experiments split them independently."""
    first, second = Experiment("A", TWO), Experiment("B", TWO)
    both = [(first.assign(user), second.assign(user)) for user in range(10_000)]
    for pair in [("C", "C"), ("C", "T1"), ("T1", "C"), ("T1", "T1")]:
        assert abs(both.count(pair) - 2500) < 200  # 4.6 standard deviations


@given(user=st.integers() | st.text())
def test_an_integer_and_its_text_are_one_user(user: int | str) -> None:
    """The assignment sees only str(user), and is the same every time."""
    assert Experiment("SEGUE", TWO).assign(user) == Experiment("SEGUE", TWO).assign(str(user))


def test_treatments_count_from_the_control_on() -> None:
    """Treatments are ordered C, T1, T2, ..., T10, whatever the file's order."""
    written = {f"T{i}": "x" for i in (10, 2, 1)} | {"C": "x"}
    assert list(in_order(written)) == ["C", "T1", "T2", "T10"]


@pytest.mark.parametrize("name", ["", "T", "c", "t1", "T-1", "T1x", "X1", "T 1"])
def test_an_unknown_treatment_is_named(name: str) -> None:
    """A treatment that is neither C nor T and a number is named."""
    with pytest.raises(ValueError, match=f"'{name}'"):
        in_order({"C": "x", name: "x"})


def test_every_experiment_needs_its_control() -> None:
    """Without C there is nothing to compare with."""
    with pytest.raises(ValueError, match="no treatment C"):
        in_order({"T1": "x"})
