"""`sosach explain`: why one record got its decision, in words."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from sosach.base.registers import Register
from sosach.engine.explain import explain_record


def explain(
    register: Annotated[Register, typer.Argument(help="Sổ / register")],
    record_id: Annotated[str, typer.Argument(metavar="RECORD_ID", help="Mã bản ghi / number of the record")],
    run: Annotated[Path, typer.Option("--in", metavar="DIR", help="Thư mục kết quả / folder of a finished run")],
    lang: Annotated[Literal["vi", "en"], typer.Option(help="vi | en")] = "vi",
) -> None:
    """Vì sao một bản ghi có kết quả như vậy / Why one record got its result."""
    typer.echo(explain_record(run, register, record_id, lang=lang), nl=False)
