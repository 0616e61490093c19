"""The harness, on standard input and output: one JSON object a line."""

import json
import sys
import traceback

_doing = "start"


def say(**what):
    print(json.dumps(what), flush=True)


def ask(**what):
    say(**what)
    line = sys.stdin.readline()
    if not line:
        raise EOFError("the harness is gone")
    return json.loads(line)


def step(name, act, tell=lambda outcome: {}):
    """Does a step, and tells what came of it."""
    global _doing
    _doing = name
    outcome = act()
    say(step=name, **tell(outcome))
    return outcome


def run(program):
    """Runs the whole program; a step that fails is named."""
    try:
        program()
        say(step="done")
    except Exception as error:
        traceback.print_exc()
        say(failed=_doing, why=f"{type(error).__name__}: {error}")
        sys.exit(1)
