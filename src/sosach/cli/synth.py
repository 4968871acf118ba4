"""`sosach synth`: write synthetic registers with planted errors and the truth beside them."""

from pathlib import Path
from typing import Annotated

import typer

from sosach.synth import FORMATS, SynthPlan, generate


def synth(
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.", file_okay=False)],
    persons: Annotated[int, typer.Option("--persons", min=10, help="People of the population register.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same files.")] = 1,
    vehicles_per_person: Annotated[
        float, typer.Option("--vehicles-per-person", min=0, help="Size of the fleet.")
    ] = 0.9,
    licences_per_person: Annotated[
        float, typer.Option("--licences-per-person", min=0, max=1, help="Driving licences.")
    ] = 0.6,
    province: Annotated[
        list[str] | None, typer.Option("--province", help="Present province code (01); may be repeated. Default: all.")
    ] = None,
    formats: Annotated[
        str, typer.Option("--formats", help=f"Any of {', '.join(FORMATS)}, with commas.")
    ] = "parquet,csv",
    dirt: Annotated[
        float, typer.Option("--dirt", min=0, help="Scales the rate of every planted error; 0 is clean.")
    ] = 1.0,
) -> None:
    """Write synthetic registers (nobody in them exists), with planted errors and the truth beside them."""
    try:
        plan = SynthPlan(
            persons=persons,
            out=out,
            seed=seed,
            vehicles_per_person=vehicles_per_person,
            licences_per_person=licences_per_person,
            provinces=tuple(province or ()),
            formats=tuple(name.strip() for name in formats.split(",") if name.strip()),
            dirt=dirt,
        )
        summary = generate(plan)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    for name, rows in summary.rows.items():
        typer.echo(f"{name:>12} {rows:>12,}".replace(",", "."))
    for path in summary.files:
        typer.echo(path)
