"""settings.toml and the environment: what is read, and how what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.routing import build_router
from app.settings import Settings, load_settings
from strategies.errors import ConfigurationError
from tests.service import ROOT

CHAINS = '[chains]\nsegue = [{ use = "popular" }]\nother = [{ use = "random" }]\n'


def load(folder: Path, text: str = CHAINS, **variables: str) -> Settings:
    """Return the settings of a file with this text under these variables."""
    file = folder / "mine.toml"
    file.write_text(text)
    settings = load_settings({"SEGUE_SETTINGS": str(file), "PATH": "/bin", **variables})
    build_router(settings)
    return settings


def test_the_projects_file_is_valid() -> None:
    """settings.toml as shipped loads, with the figures that the design states."""
    settings = load_settings({"SEGUE_SETTINGS": str(ROOT / "settings.toml")})
    assert settings.session.skip_threshold == 0.2
    assert settings.session.max_penalty == 5
    assert build_router(settings).default.name == "segue"


def test_a_file_may_be_nearly_empty(tmp_path: Path) -> None:
    """Whatever the file leaves out has its default."""
    assert load(tmp_path).server.port == 5000


def test_the_file_of_the_working_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without SEGUE_SETTINGS the file is settings.toml, here."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.toml").write_text("[server]\nport = 77\n")
    assert load_settings({}).server.port == 77
    assert load_settings({"SEGUE_SETTINGS": ""}).server.port == 77


@pytest.mark.parametrize(
    ("variable", "text", "section", "key", "value"),
    [
        ("SEGUE_SERVER__HOST", "::1", "server", "host", "::1"),
        ("SEGUE_SERVER__PORT", "8080", "server", "port", 8080),
        ("SEGUE_SERVER__WORKERS", "2", "server", "workers", 2),
        ("SEGUE_SERVER__CHAIN", "other", "server", "chain", "other"),
        ("SEGUE_ARTIFACTS__PATH", "/a", "artifacts", "path", Path("/a")),
        ("SEGUE_ARTIFACTS__VERIFY", "false", "artifacts", "verify", False),
        ("SEGUE_EVENT_LOG__PATH", "/l", "event_log", "path", Path("/l")),
        ("SEGUE_REDIS__URL", "redis://h:1/2", "redis", "url", "redis://h:1/2"),
        ("SEGUE_SESSION__SKIP_THRESHOLD", "0.3", "session", "skip_threshold", 0.3),
    ],
)
def test_the_environment_overrides_the_file(
    tmp_path: Path, variable: str, text: str, section: str, key: str, value: object
) -> None:
    """SEGUE_<SECTION>__<KEY> wins over the file."""
    written = CHAINS + '[server]\nport = 1\nhost = "h"\n[session]\nskip_threshold = 0.1\n'
    assert getattr(getattr(load(tmp_path, written, **{variable: text}), section), key) == value


def test_the_environment_can_hold_lists_and_chains(tmp_path: Path) -> None:
    """A section that is a list, and a chain, are JSON in the environment."""
    settings = load(
        tmp_path,
        SEGUE_EXPERIMENTS='[{"name": "E", "treatments": {"T1": "other", "C": "segue"}}]',
        SEGUE_CHAINS__EXTRA='[{"use": "indexed"}, {"use": "popular"}]',
    )
    assert list(settings.experiments[0].treatments) == ["C", "T1"]
    assert [stage["use"] for stage in settings.chains["extra"]] == ["indexed", "popular"]


def experiment(treatments: str) -> str:
    """Return an experiment named E in TOML."""
    return f'[[experiments]]\nname = "E"\ntreatments = {{ {treatments} }}\n'


@pytest.mark.parametrize(
    ("text", "variables", "named"),
    [
        (CHAINS + "[servr]\nport = 1\n", {}, ["section 'servr'", "'server'"]),
        (CHAINS + "[server]\nprot = 1\n", {}, ["key 'prot'", "'port'", "[server]"]),
        (CHAINS, {"SEGUE_SERVR__PORT": "1"}, ["section 'servr'", "'server'", "SEGUE_SERVR__PORT"]),
        (CHAINS, {"SEGUE_SERVER__PROT": "1"}, ["key 'prot'", "'port'"]),
        (CHAINS, {"SEGUE_SERVER": "1"}, ["SEGUE_SERVER", "without a key"]),
        (CHAINS, {"SEGUE_EXPERIMENTS": "[{"}, ["SEGUE_EXPERIMENTS", "JSON"]),
        (CHAINS, {"SEGUE_EXPERIMENTS": '{"a": 1}'}, ["experiments", "list"]),
        (CHAINS + experiment('C = "segue"'), {"SEGUE_EXPERIMENTS__NAME": '"F"'}, ["SEGUE_EXPERIMENTS__NAME", "list"]),
        (CHAINS + experiment('C = "segue"') + "nam = 1\n", {}, ["key 'nam'", "'name'", "experiments"]),
        (CHAINS, {"SEGUE_SERVER__PORT": "many"}, ["server.port", "many"]),
        (CHAINS, {"SEGUE_SERVER__PORT": "65536"}, ["server.port", "65536"]),
        (CHAINS, {"SEGUE_SERVER__CHAIN": "othr"}, ["chain 'othr'", "'other'", "server.chain"]),
        (CHAINS, {"SEGUE_SERVER__DEFAULT_CHAIN": "seg"}, ["chain 'seg'", "'segue'"]),
        (CHAINS + 'x = [{ use = "popluar" }]\n', {}, ["strategy 'popluar'", "'popular'", "chain 'x'"]),
        (CHAINS + 'x = [{ use = "popular", limt = 1 }]\n', {}, ["parameter 'limt'", "'limit'", "chain 'x'"]),
        (CHAINS + 'x = [{ use = "popular", limit = 0 }]\n', {}, ["parameter 'limit'", "0"]),
        (CHAINS + 'x = [{ use = "no.such:Thing" }]\n', {}, ["no.such:Thing", "imported"]),
        (CHAINS + "x = [{ limit = 1 }]\n", {}, ["chain 'x'", "no name"]),
        (CHAINS + "x = []\n", {}, ["chain 'x'", "no strategy"]),
        (CHAINS + experiment('C = "segue", X1 = "other"'), {}, ["treatment 'X1'", "C (the control), T1, T2"]),
        (CHAINS + experiment('T1 = "other"'), {}, ["no treatment C"]),
        (CHAINS + experiment('C = "sege"'), {}, ["chain 'sege'", "'segue'", "treatment C", "'E'"]),
        (
            CHAINS + 2 * experiment('C = "segue"'),
            {},
            ["'E'", "twice"],
        ),
        ("[server\nport = 1\n", {}, ["mine.toml", "line 1"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, variables: dict[str, str], named: list[str]) -> None:
    """An unknown or unusable name stops the start with one sentence that holds it and the nearest valid one."""
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text, **variables)
    message = str(caught.value)
    assert all(part in message for part in named), message


@pytest.mark.parametrize("kind", ["missing", "folder", "not UTF-8"])
def test_an_unreadable_file_is_named(tmp_path: Path, kind: str) -> None:
    """A settings file that cannot be read is a ConfigurationError with its path."""
    file = tmp_path / "x.toml"
    if kind == "folder":
        file.mkdir()
    elif kind == "not UTF-8":
        file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"x\.toml"):
        load_settings({"SEGUE_SETTINGS": str(file)})
