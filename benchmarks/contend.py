"""One contender in a process of its own: `contend.py NAME DATA OUT` runs it and writes what it cost to OUT/cost.json."""

import importlib
import json
import sys
import time
from pathlib import Path

from cpu import cpu_seconds

# Name → module and function; the module is imported before the clock starts.
CONTENDERS = {
    "floor": ("peers.floor", "run"),
    "cascade": ("peers.cascade", "run"),
    "splink-wide": ("peers.splink_alone", "run_wide"),
    "splink-tight": ("peers.splink_alone", "run_tight"),
    "sosach": ("peers.sosach_itself", "run"),
}


def main(name: str, data: Path, out: Path) -> None:
    """Run one contender."""
    module, function = CONTENDERS[name]
    contend = getattr(importlib.import_module(module), function)
    cpu, started = cpu_seconds(), time.perf_counter()
    parts = contend(data, out) or {}
    cost = {"seconds": time.perf_counter() - started, "cpu_seconds": cpu_seconds() - cpu, "parts": parts}
    (out / "cost.json").write_text(json.dumps(cost), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
