"""Artifacts that can be served, also where the newest ones cannot."""

from __future__ import annotations

from contextlib import suppress

from app.settings.models import ArtifactSettings
from preprocessing.artifacts import ArtifactError, Artifacts, load, versions


def load_servable(settings: ArtifactSettings) -> tuple[Artifacts, str]:
    """Return what ``current`` leads to; where that is no good, the newest version that is, and why it is not.

    A worker that takes the place of a dead one must be able to start with what the others serve.

    Raises:
        ArtifactError: No version is any good.
    """
    try:
        return load(settings.path, verify=settings.verify), ""
    except ArtifactError as error:
        refused = error
    for version in reversed(versions(settings.path)):
        with suppress(ArtifactError):
            return load(version, verify=settings.verify), str(refused)
    raise refused
