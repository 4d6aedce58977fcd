"""``python -m benchmarks``: every ratio, one after the other."""

from __future__ import annotations

from cli.ending import ended

import argparse
import subprocess
import sys

from benchmarks.processes import ROOT

SERVED = ("serving", "startup")
# Benchmarks that make their own input, with what keeps them short.
GENERATED = {"decision": (), "preprocessing": ("--events", "1000000"), "report": (), "search": (), "simulator": ()}


def main() -> None:
    """Run each benchmark in a process of its own, so that none inherits another's memory."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--artifacts", default="data/artifacts", help="what Segue serves meanwhile")
    options = parser.parse_args()
    for name in SERVED:
        subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", "--artifacts", options.artifacts], cwd=ROOT, check=True
        )
    for name, arguments in GENERATED.items():
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(ended(main))
