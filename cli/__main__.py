"""``segue``: find the command, and let the module that has it do the rest."""

from __future__ import annotations

from cli.ending import FAILED, ended

import sys
from collections.abc import Sequence
from importlib import import_module

from cli.commands import COMMANDS, EXAMPLES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    return ended(lambda: _run(given))


def _run(given: Sequence[str]) -> int:
    if not given or given[0] in ("-h", "--help", "help"):
        print(_help())
        return 0
    name, *rest = given
    command = COMMANDS.get(name)
    if command is None:
        from difflib import get_close_matches

        near = get_close_matches(name, COMMANDS, 1)
        hint = f"did you mean '{near[0]}'?" if near else "'segue --help' lists them"
        print(f"segue: there is no command '{name}'; {hint}", file=sys.stderr)
        return FAILED
    prog = "segue" if command.named else f"segue {name}"
    code: int = import_module(command.module).main([*command.words, *rest], prog=prog)
    return code


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(["usage: segue COMMAND [OPTIONS]", "", "commands:", *lines, "", EXAMPLES])


if __name__ == "__main__":
    sys.exit(main())
