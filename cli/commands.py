"""The commands by name: whose they are, and what they are for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a module of Segue has."""

    module: str  # with ``main(arguments, prog)``, which returns the exit status
    words: tuple[str, ...]  # what the module's own command line begins with
    named: bool  # the module's parser adds these words to its name by itself
    summary: str


COMMANDS = {
    "serve": Command("app.__main__", ("serve",), False, "serve next-track recommendations"),
    "doctor": Command("app.__main__", ("doctor",), False, "say of every part whether it is well, and what mends it"),
    "key": Command("app.key", (), False, "make an API key"),
    "verify": Command("app.event_log.__main__", ("verify",), True, "prove that a playback log is whole"),
    "sample": Command("preprocessing.sample.__main__", (), False, "write an invented catalogue and log to try"),
    "preprocess": Command("preprocessing.__main__", (), False, "make artifacts of a catalogue and a log"),
    "learn": Command("preprocessing.__main__", ("learn",), True, "learn from the log; each round is judged first"),
    "report": Command("experiments.__main__", ("report",), True, "judge the experiments of a log"),
    "plan": Command("experiments.__main__", ("plan",), True, "say how many users it takes to see an effect"),
    "interleaving": Command("experiments.__main__", ("interleaving",), True, "say which of the chains is heard longer"),
    "evaluate-offline": Command(
        "experiments.__main__", ("evaluate-offline",), True, "estimate from a log what another chain is worth"
    ),
    "simulator": Command("simulator.__main__", (), False, "judge recommenders by simulated people"),
    "new": Command("strategies.__main__", ("new",), True, "begin a strategy that runs"),
    "completion": Command("cli.completion", (), False, "print what makes a shell complete all this"),
}
EXAMPLES = """examples:
  segue sample --folder data/sample
  segue preprocess --catalogue data/sample/tracks.jsonl --log data/sample/events.jsonl --artifacts data/artifacts
  segue serve --port 8080
  segue doctor --json
  segue report data/log --html report.html
  segue simulator leaderboard --world dot
  eval "$(segue completion)"      in bash or zsh: completes commands, options and files

exit status:
  0  it is done, and all is well
  1  it is done, and the answer is no: a log is damaged, a claim does not hold, a version is refused, a part is ill
  2  it could not be done: one sentence on standard error says why
  130  it was interrupted; nothing half done is left

'segue COMMAND --help' tells more of a command.
"""
