"""Benchmarks: `run.py [SIZES…]` runs every contender on the same data, one after another, and tells what it cost and how right it was."""

import argparse
import os
import platform
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import psutil
from contend import CONTENDERS
from data_sets import KEPT, DataSet, data_set
from measuring import Cost, contend
from peers.sosach_itself import tell_links
from presenting import NAMES, Result, page, show, tables
from quality import Quality, judged
from rich.console import Console
from sizes import parsed, spelt

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"
ON_OTHER_MODEL = ("splink-wide", "sosach")
LARGEST_OTHER = 1_000_000


def main(arguments: Sequence[str]) -> None:
    """Run what was asked for."""
    asked = _asked(arguments)
    console = Console(stderr=True)
    results: list[Result] = []
    for size in sorted(set(asked.sizes)):
        results += _contest("synth", size, asked.only, asked.repeat, console)
    other = asked.other if asked.other is not None else min(max(asked.sizes), LARGEST_OTHER)
    if other:
        names = [name for name in ON_OTHER_MODEL if name in asked.only]
        results += _contest("other", other, names, 1, console)
    found = tables(results)
    show(found, Console(width=None if sys.stdout.isatty() else 200))
    if asked.write:
        command = shlex.join(["benchmarks/run.py", *arguments])
        PAGE.write_text(page(found, results, _facts(command)), encoding="utf-8")
        console.print(f"written: {PAGE}")


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=parsed, help="vehicles: 100k 1M 8M (default: 100k 1M)")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="rounds; medians are shown (default: 1)")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), help="only these contenders")
    parser.add_argument(
        "--other",
        type=lambda text: 0 if text == "none" else parsed(text),
        metavar="SIZE",
        help="size of the other error model, or none (default: the largest size, at most 1M)",
    )
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    asked = parser.parse_args(arguments)
    asked.sizes = asked.sizes or [100_000, 1_000_000]
    return asked


def _contest(model: str, size: int, names: Sequence[str], rounds: int, console: Console) -> Iterator[Result]:
    """Every contender on one data set; round after round, so that a slow minute of the machine hits all alike."""
    console.print(f"[bold]{model} {spelt(size)}[/]: making or finding the data …")
    data = data_set(model, size)
    costs: dict[str, list[Cost]] = {}
    qualities: dict[str, Quality] = {}
    for _ in range(rounds):
        for name in names:
            console.print(f"  {name} …", end=" ")
            for told, cost in _round(name, data, qualities).items():
                costs.setdefault(told, []).append(cost)
            console.print(f"{costs[name][-1].seconds:.1f} s")
    for name in sorted(costs, key=lambda told: list(NAMES).index(told) if told in NAMES else len(NAMES)):
        yield Result(name, data, tuple(costs[name]), qualities[name.partition(":")[0]])


def _round(name: str, data: DataSet, qualities: dict[str, Quality]) -> dict[str, Cost]:
    """One contender once; judged the first time, since all of them do the same each time."""
    out = KEPT / "out" / name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    _warm(data.folder)
    costs = contend(name, data.folder, out)
    if name not in qualities:
        if name == "sosach":
            tell_links(out)
        qualities[name] = judged(out / "links.parquet", data.folder / "truth.parquet")
    shutil.rmtree(out)
    return costs


def _warm(folder: Path) -> None:
    """Read the registers once, so that everybody finds them in the page cache."""
    for name in ("vehicles", "population"):
        with (folder / f"{name}.parquet").open("rb") as stream:
            while stream.read(2**24):
                pass


def _facts(command: str) -> list[tuple[str, str]]:
    """Machine, versions, day and command."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("sosach", "duckdb", "pyarrow", "splink"))
    return [
        ("Machine", f"{_processor()}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB memory"),
        ("System", f"{platform.system()} {platform.release()}, Python {platform.python_version()}"),
        ("Versions", versions),
        ("Day", datetime.now().astimezone().strftime("%d/%m/%Y")),
        ("Command", f"`{command}`"),
    ]


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text(encoding="utf-8").splitlines() if listing.is_file() else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


if __name__ == "__main__":
    main(sys.argv[1:])
