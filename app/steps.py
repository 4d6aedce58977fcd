"""The steps of a decision, as they are or with something around them: what nobody asked for costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from app.settings.models import TracingSettings
from strategies.errors import ConfigurationError

if TYPE_CHECKING:
    from app.tracing import Tracing

P = ParamSpec("P")
R = TypeVar("R")
Describe = Callable[..., Mapping[str, str]]  # a step's result and arguments -> the attributes of its span


class Around(Protocol):
    """Puts a span around a step, or leaves it as it is."""

    def __call__(self, name: str, step: Callable[P, R], describe: Describe | None = None) -> Callable[P, R]:
        """Return the step to take instead."""
        ...


def untraced(name: str, step: Callable[P, R], describe: Describe | None = None) -> Callable[P, R]:  # noqa: ARG001
    """Return a step as it is."""
    return step


def open_tracing(settings: TracingSettings) -> Tracing | None:
    """Return what traces, or None where no traces are asked for.

    Raises:
        ConfigurationError: They are, and the extra 'trace' is not installed.
    """
    if not settings.url:
        return None
    try:
        from app.tracing import Tracing
    except ImportError as error:
        raise ConfigurationError(
            "tracing.url is set, but what traces is not installed: 'make setup' installs it; or leave it empty"
        ) from error
    return Tracing(settings)
