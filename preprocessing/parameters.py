"""The thresholds and sizes; each is an option of the command line and stands in the manifest."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Parameters(BaseModel):
    """Frozen and validated; the defaults suit logs of a thousand to tens of millions of playbacks."""

    # An integer has a bound that its arithmetic stays within 64 bits with.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    session_gap_s: int = Field(
        1800, ge=1, le=1_000_000_000, description="silence that ends a session where the log names none, in seconds"
    )
    favourite_threshold: float = Field(
        0.8, ge=0, le=1, description="a track once heard to at least this fraction is a favourite"
    )
    dislike_threshold: float = Field(
        0.2, ge=0, le=1, description="a track once heard to at most this fraction is disliked"
    )
    # Both priors are in first hearings. They weigh most on tracks heard a few times, as nearly all are.
    track_prior: float = Field(
        5.0, gt=0, description="hearings that a track's appeal is shrunk by, toward its artist's"
    )
    artist_prior: float = Field(
        5.0, gt=0, description="hearings that an artist's appeal is shrunk by, toward the mean of all"
    )
    neighbours: int = Field(20, ge=1, le=1000, description="neighbours kept per track")
    neighbours_per_artist: int = Field(10, ge=1, le=1_000_000, description="neighbours of a track by one artist")
    neighbour_lag: int = Field(10, ge=1, le=1000, description="tracks of a session further apart than this are no pair")
    # In units of a pair's summed weight: about one more session in which both were heard to the end.
    neighbour_shrinkage: float = Field(
        1.0, ge=0, description="added to the cosine's denominator, so that one chance meeting counts little"
    )
    similar_users: int = Field(20, ge=1, le=1000, description="similar users kept per user")
    similar_user_lag: int = Field(
        6, ge=1, le=1000, description="listeners of one track that each listener is compared with"
    )
    user_factors: int = Field(16, ge=1, le=1000, description="length of a user's vector, by which users are grouped")
    artist_factors: int = Field(48, ge=1, le=512, description="length of the vectors by which 'factors' knows artists")
    factor_users: int = Field(20_000, ge=1, le=1_000_000_000, description="users that these are learned from, at most")
    wide_groups: int = Field(32, ge=1, le=1000, description="groups of users by which tracks are compared")
    group_size: int = Field(
        3, ge=1, le=1_000_000, description="users of a group that has a list of its own, at most, unless all are alike"
    )
    kin: int = Field(5, ge=1, le=100, description="similar users kept per user for each way of being alike")
    fans: int = Field(10, ge=1, le=1000, description="users kept per artist who like that artist most")
    indexed_length: int = Field(100, ge=1, le=10000, description="longest personal list of a user")
    taste_dimension: int = Field(80, ge=1, le=1024, description="length of the vectors that stand for artists")
    taste_playbacks: int = Field(
        3_000_000,
        ge=1,
        le=1_000_000_000_000,
        description="playbacks that taste is learned from, at most: those of users chosen by chance",
    )
    settled_growth: float = Field(
        0.05,
        gt=0,
        le=1,
        description="share by which a log of more than these grows until groups, factors and taste are learned anew",
    )
    artist_kin: int = Field(50, ge=1, le=10_000, description="artists kept per artist that should please after it")
