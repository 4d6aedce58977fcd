"""Whatever stands in a settings file or in the environment, it is valid or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.routing import build_router
from app.settings import Settings, load_settings
from strategies.errors import ConfigurationError
from tests.service import ROOT

WHOLE = (ROOT / "settings.toml").read_bytes()
NAMES = sorted(
    set(Settings.model_fields)
    | {f"{section}__{key}" for section, value in Settings() for key in getattr(type(value), "model_fields", ())}
)
VALUES = st.sampled_from(
    ["nan", "inf", "-1", "1e999", "0", "9" * 400, "{}", "[]", "[1]", "null", '{"a": 1}', "true", "\x00", "[" * 5000]
)
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_valid_or_refused(environment: dict[str, str]) -> None:
    """Load settings and all chains; a ConfigurationError of one short sentence is the only other way out."""
    try:
        build_router(load_settings(environment))
    except ConfigurationError as error:
        assert str(error)  # noqa: PT017 - both are right


@FEW
@given(at=st.integers(0, len(WHOLE)), cut=st.integers(0, 40), junk=st.binary(max_size=12))
@example(at=0, cut=0, junk=b"\xef\xbb\xbf")
@example(at=0, cut=0, junk=b"a = " + b"[" * 5000)
@example(at=0, cut=0, junk=b"a." * 5000 + b"b = 1\n")
def test_any_file(tmp_path: Path, at: int, cut: int, junk: bytes) -> None:
    """The project's own file with some bytes cut out and others put in."""
    file = tmp_path / "settings.toml"
    file.write_bytes(WHOLE[:at] + junk + WHOLE[at + cut :])
    assert_valid_or_refused({"SEGUE_SETTINGS": str(file)})


@FEW
@given(name=st.sampled_from(NAMES) | st.text(max_size=12), value=st.text(max_size=40) | VALUES)
@example(name="experiments", value="[" * 100_000)
@example(name="security__keys", value="[" * 100_000)
@example(name="rates__key_per_s", value="nan")
def test_any_variable(name: str, value: str) -> None:
    """The project's own file with any variable of the environment over it."""
    assert_valid_or_refused({"SEGUE_SETTINGS": str(ROOT / "settings.toml"), f"SEGUE_{name.upper()}": value})
