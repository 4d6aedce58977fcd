"""``python -m app.key new``: make an API key, and the lines of settings.toml that let it in."""

from __future__ import annotations

from cli.ending import ended

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from typing import get_args

from app.access.keys import hash_of, new_key
from app.settings.models import Scope


def main(arguments: Sequence[str] | None = None, prog: str = "python -m app.key") -> int:
    """Print a new key once, and what the settings keep of it."""
    example = f"example: {prog} new --name radio --scope recommend"
    parser = argparse.ArgumentParser(prog=prog, description=__doc__, epilog=example)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="make a key", epilog=example)
    new.add_argument("--name", default="player", help="what the key is for (default player)")
    new.add_argument(
        "--scope", action="append", required=True, choices=get_args(Scope), help="what it opens; may be given again"
    )
    options = parser.parse_args(arguments)
    key = new_key()
    scopes = list(dict.fromkeys(options.scope))
    print(f"The key, shown only now:\n\n{key}\n\nAdd to settings.toml, and start Segue again:\n")
    print(f"[[security.keys]]\nname = {json.dumps(options.name)}\nscopes = {json.dumps(scopes)}")
    print(f'sha256 = "{hash_of(key.encode())}"')
    keys = [{"name": options.name, "scopes": scopes, "sha256": hash_of(key.encode())}]
    print(f"\nor to its environment:\n\nSEGUE_SECURITY__KEYS={shlex.quote(json.dumps(keys))}")
    return 0


if __name__ == "__main__":
    sys.exit(ended(main))
