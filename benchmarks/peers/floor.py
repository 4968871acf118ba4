"""The floor: read both files and join them on the number as it was typed. Nothing that links can be faster."""

from pathlib import Path

from peers.normalise import connect


def run(data: Path, out: Path) -> None:
    """Write `links.parquet` into `out`."""
    with connect(out) as con:
        con.execute(f"""
            COPY (
                SELECT v.file_row_number AS row, p.pin, NULL::DOUBLE AS probability, false AS tied, true AS linked
                FROM read_parquet('{data}/vehicles.parquet', file_row_number = true) v
                JOIN read_parquet('{data}/population.parquet') p ON p.pin = v.owner_id_number
            ) TO '{out}/links.parquet' (FORMAT parquet)""")
