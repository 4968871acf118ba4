"""`sosach survey …`: cards of a survey keyed twice: compared, settled by a third look, sampled, loaded into the register."""

from pathlib import Path
from typing import Annotated

import typer

from sosach.cli.installation import Lang, in_site
from sosach.cli.pin import password_of

survey = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Phiếu thu thập nhập hai lần / Survey cards keyed twice"
)
Batch = Annotated[int, typer.Argument(metavar="BATCH", help="Số đợt / number of the batch")]
Officer = Annotated[str, typer.Option(help="Cán bộ thực hiện; hỏi mật khẩu / officer; asks the password")]


@survey.callback()
def group() -> None:
    """Phiếu thu thập nhập hai lần / Survey cards keyed twice."""


@survey.command("load")
def load(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="Lần nhập thứ nhất / first keying: CSV, XLSX")],
    double: Annotated[list[Path], typer.Option(help="Lần nhập thứ hai, do người khác / second keying, by others")],
    out: Annotated[Path, typer.Option(help="Tệp XLSX để kiểm tra / workbook for the check")] = Path("survey-look.xlsx"),
    form: Annotated[str, typer.Option(help="Phiên bản mẫu phiếu / version of the form")] = "DC01",
    sample: Annotated[str, typer.Option(help="Tỷ lệ đối chiếu với bản giấy / share compared with the paper")] = "2%",
    accept: Annotated[str, typer.Option(help="Tỷ lệ sai được chấp nhận / share of wrong values accepted")] = "0.5%",
    seed: Annotated[str, typer.Option(help="Hạt giống của mẫu / seed of the sample")] = "",
    officer: Officer = "",
    lang: Lang = "vi",
) -> None:
    """So sánh hai lần nhập, rút mẫu, xuất tệp kiểm tra / Compare two keyings, draw a sample, write the workbook to check.

    Loading the same files again changes nothing and writes the workbook anew. Nothing goes into the register yet.
    """
    _as_officer(
        "survey_load",
        officer,
        lang,
        files=files,
        double=double,
        out=out,
        form=form,
        share=share_of(sample, "--sample"),
        accepted=share_of(accept, "--accept"),
        seed=seed,
    )


@survey.command("look")
def look(
    batch: Batch,
    out: Annotated[Path, typer.Option(help="Tệp XLSX / workbook")] = Path("survey-look.xlsx"),
    officer: Officer = "",
    lang: Lang = "vi",
) -> None:
    """Xuất lại tệp kiểm tra: chỗ còn khác, mẫu chưa đối chiếu / Write what is still open: differences, cards of the sample."""
    _as_officer("survey_look", officer, lang, batch=batch, out=out)


@survey.command("settle")
def settle(
    batch: Batch,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp đã điền / the workbook, filled in")],
    officer: Officer = "",
    lang: Lang = "vi",
) -> None:
    """Nhận tệp kiểm tra đã điền / Take the filled-in workbook: what the third look chose, what the paper shows."""
    _as_officer("survey_settle", officer, lang, batch=batch, file=file)


@survey.command("finish")
def finish(
    batch: Batch,
    out: Annotated[Path, typer.Option(help="Thư mục ghi báo cáo / folder for the report")] = Path(),
    officer: Officer = "",
    lang: Lang = "vi",
) -> None:
    """Quyết định, đưa vào sổ, ghi báo cáo / Decide, load into the register, report; stopped, it goes on where it was.

    A batch with more wrong values in its sample than accepted is refused as a whole: exit code 1.
    """
    _as_officer("survey_finish", officer, lang, batch=batch, out=out)


@survey.command("status")
def status(
    batch: Annotated[int, typer.Argument(metavar="[BATCH]", help="Số đợt / number of the batch")] = 0,
    officer: Officer = "",
    lang: Lang = "vi",
) -> None:
    """Các đợt, hoặc một đợt với tỷ lệ sai / The batches, or one with its counts and error rates."""
    _as_officer("survey_status", officer, lang, batch=batch)


def _as_officer(command: str, officer: str, lang: Lang, **told: object) -> None:
    """Run a command of the installation in the name of an officer, who proves it by the password."""
    in_site(command, role="jobs", officer=officer, password=password_of(officer, lang), lang=lang, **told)


def share_of(text: str, option: str) -> float:
    """A share as typed.

    >>> share_of("2%", "--sample"), share_of("0.02", "--sample")
    (0.02, 0.02)

    Raises:
        typer.BadParameter: it is none.
    """
    number = text.strip().replace(",", ".")
    try:
        share = float(number[:-1]) / 100 if number.endswith("%") else float(number)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1 or (share == 0 and option == "--sample") or (share == 1 and option == "--accept"):
        raise typer.BadParameter(text, param_hint=option)
    return share
