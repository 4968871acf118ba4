"""What the report says around the figures: key messages in plain words, and the manifest of the run as tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sosach.base.decisions import Decision
from sosach.base.registers import Register
from sosach.engine.report.figures import UNSTATED, Figures, RegisterFigures, UnitFigures
from sosach.engine.report.numbers import grouped, percent
from sosach.engine.report.units import UNKNOWN, communes, provinces
from sosach.vn.catalogue import catalogue
from sosach.vn.wording import REGISTERS, Lang

_MANY = 100  # vehicles of one person worth a message


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the run: name, seconds, highest memory in MB (None: not measured)."""

    name: str
    seconds: float
    memory: float | None


@dataclass(frozen=True, slots=True)
class Source:
    """An input of the run: register, name of the file without its folders, kind and value of its digest, rows (None: not stated)."""

    register: str
    name: str
    digest: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class Balance:
    """Rows read and rows written of one register."""

    register: Register
    rows_in: int | None
    rows_out: int

    @property
    def even(self) -> bool:
        """Whether nothing was lost and nothing came twice."""
        return self.rows_in in {None, self.rows_out}


def stages(manifest: Mapping[str, Any]) -> list[Stage]:
    """Read the steps of a run from its manifest."""
    return [
        Stage(str(step.get("stage", "?")), float(step.get("seconds", 0)), step.get("peak_mb"))
        for step in manifest.get("stages", ())
    ]


def sources(manifest: Mapping[str, Any]) -> list[Source]:
    """Read the inputs of a run from its manifest; folders are left out, they are nobody's business."""
    return [
        Source(
            str(entry.get("register", "")),
            str(entry.get("path", "?")).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1],
            next((f"{kind}: {entry[kind]}" for kind in ("sha256", "blake2b") if entry.get(kind)), "–"),
            entry.get("rows"),
        )
        for entry in manifest.get("inputs", ())
    ]


def balances(figures: Figures, manifest: Mapping[str, Any]) -> list[Balance]:
    """Set the rows the run read beside the rows its files hold."""
    rows = manifest.get("rows", {})
    return [
        Balance(register, rows.get(register, {}).get("in"), numbers.rows)
        for register, numbers in figures.registers.items()
    ]


def unit_name(code: str, lang: Lang) -> str:
    """Name a commune with its kind.

    >>> unit_name("00004", "vi"), unit_name("00000", "en")
    ('Phường Ba Đình', 'Commune unknown')
    """
    commune = communes().get(code)
    return commune.full_name if commune else {"vi": "Chưa rõ xã", "en": "Commune unknown"}[lang]


def province_name(code: str, lang: Lang) -> str:
    """Name the province a commune code belongs to.

    >>> province_name("00004", "vi")
    'Hà Nội'
    """
    commune = communes().get(code)
    return provinces()[commune.province].name if commune else {"vi": "Chưa rõ tỉnh", "en": "Province unknown"}[lang]


def rule_title(code: str, lang: Lang) -> str:
    """Give the title of a check, or its code when the catalogue has none."""
    check = catalogue().get(code)
    return check.title[lang] if check else code


def messages(figures: Figures, lang: Lang) -> list[str]:
    """Say in a few sentences what the run found, most important first."""
    told = [_register(numbers, lang) for numbers in figures.registers.values()]
    return [
        *told,
        *_worst_unit(figures, lang),
        *_worst_rule(figures, lang),
        *_doubles(figures, lang),
        *_owners(figures, lang),
    ]


def _register(numbers: RegisterFigures, lang: Lang) -> str:
    name, rows = REGISTERS[numbers.register][lang], grouped(numbers.rows, lang)
    done, todo = percent(numbers.done, numbers.rows, lang), grouped(numbers.open, lang)
    found = _linked(numbers, lang)
    if lang == "vi":
        return f"{name}: trong {rows} bản ghi, {done} không còn việc phải làm; {todo} bản ghi cần cấp xã xử lý.{found}"
    return f"{name}: of {rows} records, {done} leave nothing to do; {todo} need the communes.{found}"


def _linked(numbers: RegisterFigures, lang: Lang) -> str:
    if numbers.register is Register.POPULATION or UNSTATED in numbers.decisions:
        return ""
    linked = percent(numbers.decisions[Decision.LINK], numbers.rows, lang)
    review = grouped(numbers.decisions[Decision.REVIEW], lang)
    if lang == "vi":
        return f" Đã xác định đúng một người cho {linked} bản ghi; {review} bản ghi có ứng viên, chờ người chọn."
    return f" One person was found for {linked} of them; {review} have candidates and wait for somebody to choose."


def _worst_unit(figures: Figures, lang: Lang) -> Iterable[str]:
    known = [unit for unit in figures.units if unit.code != UNKNOWN and unit.total_open]
    if known:
        worst = max(known, key=lambda unit: (unit.total_open, unit.code))
        place = f"{unit_name(worst.code, lang)} ({province_name(worst.code, lang)})"
        todo, of = grouped(worst.total_open, lang), percent(worst.total_open, worst.total, lang)
        if lang == "vi":
            yield f"Nơi nhiều việc nhất: {place}, {todo} bản ghi cần xử lý ({of} số bản ghi của địa bàn)."
        else:
            yield f"The commune with most to do: {place}, {todo} records ({of} of its records)."
    yield from _nowhere(figures.units, lang)


def _nowhere(units: Iterable[UnitFigures], lang: Lang) -> Iterable[str]:
    for unit in units:
        if unit.code == UNKNOWN and unit.total_open:
            count = grouped(unit.total_open, lang)
            yield {
                "vi": f"{count} bản ghi cần xử lý chưa rõ thuộc xã nào; nằm trong danh sách riêng.",
                "en": f"{count} open records could not be placed in any commune; they stand in a list of their own.",
            }[lang]


def _worst_rule(figures: Figures, lang: Lang) -> Iterable[str]:
    if figures.rules:
        rule = figures.rules[0]
        title, count, name = (
            rule_title(rule.code, lang),
            grouped(rule.count, lang),
            REGISTERS[rule.register][lang].lower(),
        )
        if lang == "vi":
            yield f"Điều gặp nhiều nhất ở mức nặng nhất: “{title}” ({rule.code}), {count} lần trong sổ {name}."
        else:
            yield f"The most frequent of the gravest findings: “{title}” ({rule.code}), {count} times in the register of {name}."


def _doubles(figures: Figures, lang: Lang) -> Iterable[str]:
    if figures.duplicates:
        groups = grouped(sum(found.groups for found in figures.duplicates), lang)
        yield {"vi": f"{groups} nhóm bản ghi trùng lặp.", "en": f"{groups} groups of duplicate records."}[lang]


def _owners(figures: Figures, lang: Lang) -> Iterable[str]:
    if figures.owners.largest and figures.owners.largest[0].vehicles > _MANY:
        most = grouped(figures.owners.largest[0].vehicles, lang)
        yield {
            "vi": f"Một người đứng tên {most} xe: cần kiểm tra riêng.",
            "en": f"One person is registered as owner of {most} vehicles: look into it.",
        }[lang]
