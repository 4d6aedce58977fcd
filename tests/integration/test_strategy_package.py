"""A strategy from another package, installed as anybody would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.service import ROOT

ASK = """
from pathlib import Path
from strategies.registry import build_chain, installed
from tests.tiny import query, tiny_artifacts
artifacts = tiny_artifacts(Path("tiny"))
for use in ("least_played", "segue_least_played:LeastPlayed"):
    print(build_chain("mine", [{"use": use, "limit": 3}])(query(artifacts, [(0, 1.0)])).tracks)
print(list(installed()))
"""


def test_the_template_package_serves(tmp_path: Path) -> None:
    """The template is installed and named by its entry point and by its import path: Ada's least played is track 3."""
    source, target = tmp_path / "source", tmp_path / "target"
    shutil.copytree(ROOT / "templates/strategy-package", source)  # a build leaves files beside its source
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--disable-pip-version-check", "--target", target, source], check=True, timeout=120)
    answered = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{target}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert answered.stdout.splitlines() == ["[3]", "[3]", "['least_played']"]
