"""``segue completion``: what makes a shell complete commands, options and files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None, prog: str = "segue completion") -> int:
    """Print it."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Print what makes bash or zsh complete commands, options and files.",
        epilog=f'example: eval "$({prog})", in ~/.bashrc or ~/.zshrc',
    )
    parser.parse_args(arguments)
    print(Path(__file__).with_name("completion.bash").read_text(encoding="utf-8"), end="")
    return 0
