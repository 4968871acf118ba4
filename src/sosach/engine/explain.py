"""Says in words why one record of a finished run got its decision: a text a clerk can read aloud."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb

from sosach.base.decisions import Criterion, Decision, ResultClass
from sosach.base.errors import ErrorCode, SosachError
from sosach.base.findings import Severity
from sosach.base.registers import COLUMNS, Register
from sosach.engine.report.figures import parquet
from sosach.engine.report.numbers import day, probability
from sosach.engine.report.units import communes, provinces
from sosach.engine.worklists.questions import question
from sosach.vn.catalogue import catalogue
from sosach.vn.evidence import compared, likelihood, pairs, sentences
from sosach.vn.wording import CRITERIA, CRITERION_MEANINGS, REGISTERS, RESULTS, SEVERITIES, Lang, holder, todo

MAX_SAME: Final = 5
"""Records under one number that are explained; more are only counted."""

MAX_SUGGESTIONS: Final = 5

Record = Mapping[str, Any]

_MEMBERS: Final = 10  # of a group of duplicates that are named
_NUMBERS: Final = {
    Register.VEHICLES: "plate_std",
    Register.LICENCES: "licence_number_std",
    Register.POPULATION: "pin_std",
}
_GONE: Final = {
    "deceased": {"vi": "đã mất", "en": "has died"},
    "emigrated": {"vi": "đã xuất cảnh định cư", "en": "has emigrated"},
    "missing": {"vi": "đã được tuyên bố mất tích", "en": "is missing"},
}
_PARTS: Final = (
    {"vi": "Bản ghi nói gì", "en": "What the record says"},
    {"vi": "Những chỗ phải xem lại", "en": "What was found"},
    {"vi": "Thuộc về ai, vì sao", "en": "Who it belongs to, and why"},
    {"vi": "Trùng lặp", "en": "Duplicates"},
    {"vi": "Đúng – đủ – sạch – sống", "en": "Correct – complete – clean – live"},
    {"vi": "Việc cần làm bây giờ", "en": "What to do now"},
)


@dataclass(frozen=True, slots=True)
class _Case:
    """One record with everything the run says about it."""

    register: Register
    record: Record
    findings: list[Record]
    candidates: list[Record]
    groups: list[tuple[Record, list[Record]]]
    persons: dict[str, Record]
    as_of: str | None
    lang: Lang = field(default="vi")

    @property
    def person(self) -> Record | None:
        """The linked person, if the population file holds one."""
        return self.persons.get(self.record["pin"] or "")


def explain_record(run: Path, register: Register, record_id: str, *, lang: Lang = "vi") -> str:
    """Explain one record in words.

    Args:
        run: folder of a finished run.
        register: the register the record stands in.
        record_id: its number; for the population register the PIN will do as well.
        lang: `vi` or `en`.

    Raises:
        SosachError: `INPUT_MISSING` when the folder holds no finished run; `RECORD_UNKNOWN`, with the nearest numbers, when the
            run has no such record.
    """
    if not any((run / f"{known}.parquet").exists() for known in Register):
        raise _no_run(run)
    with duckdb.connect() as con:
        records = _find(con, run, register, record_id)
        if not records:
            raise _unknown(con, run, register, record_id)
        texts = [_explained(_case(con, run, register, record, lang)) for record in records[:MAX_SAME]]
    if len(records) > 1:
        note = {
            "vi": f"Có {len(records)} bản ghi cùng mã {record_id}.",
            "en": f"{len(records)} records share {record_id}.",
        }
        texts.insert(0, note[lang])
    return "\n\n".join(texts) + "\n"


def _find(con: duckdb.DuckDBPyConnection, run: Path, register: Register, record_id: str) -> list[Record]:
    if not (run / f"{register}.parquet").exists():
        return []
    named = "record_id = $id" + (" OR pin_std = $id" if register is Register.POPULATION else "")
    return _records(
        con, f"SELECT * FROM {parquet(run, register)} WHERE {named} ORDER BY row_number LIMIT 1000", {"id": record_id}
    )


def _records(con: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[Record]:
    cursor = con.execute(sql, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _case(con: duckdb.DuckDBPyConnection, run: Path, register: Register, record: Record, lang: Lang) -> _Case:
    key = {"register": str(register), "row": record["row_number"]}
    mine = "register = $register AND row_number = $row"
    findings = _records(con, f"SELECT * FROM {parquet(run, 'findings')} WHERE {mine} ORDER BY field, code", key)
    candidates = _records(con, f"SELECT * FROM {parquet(run, 'candidates')} WHERE {mine} ORDER BY rank", key)
    groups = _records(con, f"SELECT group_id, reason FROM {parquet(run, 'duplicates')} WHERE {mine} ORDER BY ALL", key)
    members = f"""SELECT record_id FROM {parquet(run, "duplicates")} WHERE register = $register AND group_id = $group
                  AND reason = $reason AND row_number <> $row ORDER BY row_number"""
    pins = [record["pin"], *(candidate["pin"] for candidate in candidates)]
    severities = list(Severity)
    return _Case(
        register=register,
        record=record,
        findings=sorted(findings, key=lambda f: severities.index(Severity(f["severity"]))),
        candidates=candidates,
        groups=[
            (group, _records(con, members, key | {"group": group["group_id"], "reason": group["reason"]}))
            for group in groups
        ],
        persons=_persons(con, run, [pin for pin in pins if pin]),
        as_of=_as_of(run),
        lang=lang,
    )


def _persons(con: duckdb.DuckDBPyConnection, run: Path, pins: list[str]) -> dict[str, Record]:
    if not pins or not (run / "population.parquet").exists():
        return {}
    sql = f"""SELECT pin_std, full_name_std, full_name, birth_date_std, status_std, commune_code, permanent_address
              FROM {parquet(run, Register.POPULATION)} WHERE list_contains($pins::VARCHAR[], pin_std) ORDER BY row_number DESC"""
    return {person["pin_std"]: person for person in _records(con, sql, {"pins": pins})}


def _as_of(run: Path) -> str | None:
    manifest = run / "manifest.json"
    return json.loads(manifest.read_text("utf-8")).get("as_of") if manifest.exists() else None


def _no_run(run: Path) -> SosachError:
    return SosachError(
        ErrorCode.INPUT_MISSING,
        vi=f"Thư mục {run} không có kết quả của Sosach.",
        en=f"The folder {run} holds no finished run.",
        hint_vi="Chạy `sosach clean … --out THƯ_MỤC` trước, rồi dùng lại đúng thư mục đó.",
        hint_en="Run `sosach clean … --out DIR` first, then give the same folder.",
    )


def _unknown(con: duckdb.DuckDBPyConnection, run: Path, register: Register, record_id: str) -> SosachError:
    near = _nearest(con, run, register, record_id)
    return SosachError(
        ErrorCode.RECORD_UNKNOWN,
        vi=f"Không có bản ghi “{record_id}” trong sổ {REGISTERS[register]['vi'].lower()} của lần chạy này.",
        en=f"There is no record “{record_id}” in the {register} of this run.",
        hint_vi=f"Có phải ý anh/chị là: {', '.join(near)}?" if near else "Kiểm tra lại mã bản ghi và tên sổ.",
        hint_en=f"Did you mean: {', '.join(near)}?" if near else "Check the record number and the register.",
    )


def _nearest(con: duckdb.DuckDBPyConnection, run: Path, register: Register, record_id: str) -> list[str]:
    """Numbers like the one given, then records whose plate, licence number or PIN is the text given."""
    if not (run / f"{register}.parquet").exists() or not record_id.strip():
        return []
    number = "".join(character for character in record_id.upper() if character.isalnum())
    sql = f"""SELECT record_id FROM {parquet(run, register)}
              WHERE abs(length(record_id) - length($id)) <= 2 AND damerau_levenshtein(record_id, $id) <= 2
                 OR {_NUMBERS[register]} = $number
              GROUP BY record_id
              ORDER BY bool_or({_NUMBERS[register]} = $number) DESC NULLS LAST, damerau_levenshtein(record_id, $id), record_id
              LIMIT {MAX_SUGGESTIONS}"""
    return [row["record_id"] for row in _records(con, sql, {"id": record_id.strip(), "number": number})]


def _explained(case: _Case) -> str:
    record, lang = case.record, case.lang
    line = {"vi": f"dòng dữ liệu thứ {record['row_number'] + 1}", "en": f"data row {record['row_number'] + 1}"}[lang]
    lines = [f"{REGISTERS[case.register][lang].upper()} – {record['record_id']} ({line})"]
    parts = (_says(case), _found(case), _belongs(case), _doubles(case), _four(case), _now(case))
    shown = [(title, part) for title, part in zip(_PARTS, parts, strict=True) if part]
    for number, (title, part) in enumerate(shown, start=1):
        lines += ["", f"{number}. {title[lang]}", *(f"   {text}" for text in part)]
    return "\n".join(lines)


def _says(case: _Case) -> list[str]:
    """List the values as given, in the order of the register."""
    given = [(column, case.record.get(_given(column.name))) for column in COLUMNS[case.register]]
    says = [f"{column.vi if case.lang == 'vi' else column.en}: {value}" for column, value in given if value]
    return [*says, *_commune_line(case)]


def _given(column: str) -> str:
    return {"pin": "pin_given", "record_id": "", "commune_code": ""}.get(column, column)


def _commune_line(case: _Case) -> list[str]:
    label = {"vi": "Địa bàn", "en": "Commune"}[case.lang]
    return [f"{label}: {_place(case.record['commune_code'], case.lang)}"]


def _place(code: str | None, lang: Lang) -> str:
    commune = communes().get(code or "")
    if commune is None:
        return {"vi": "chưa rõ xã", "en": "commune unknown"}[lang]
    return f"{commune.full_name}, {provinces()[commune.province].name}"


def _found(case: _Case) -> list[str]:
    if not case.findings:
        return [{"vi": "Không có gì.", "en": "Nothing."}[case.lang]]
    return [line for finding in case.findings for line in _finding_lines(case, finding)]


def _finding_lines(case: _Case, finding: Record) -> Iterable[str]:
    lang = case.lang
    yield f"• {_heading(case.register, finding['field'], lang)} – {SEVERITIES[finding['severity']][lang]} {finding['code']}: {_title(finding['code'], lang)}"
    explanation, proposed = _explanation(finding, lang), finding["proposed_value"]
    if explanation:
        yield f"  {explanation}"
    if proposed and proposed not in explanation:
        yield f"  {'Đề xuất' if lang == 'vi' else 'Proposed'}: {proposed}"


def _heading(register: Register, name: str | None, lang: Lang) -> str:
    column = next((column for column in COLUMNS[register] if column.name == name), None)
    if column is None:
        return name or {"vi": "Cả bản ghi", "en": "The record"}[lang]
    return column.vi if lang == "vi" else column.en


def _title(code: str, lang: Lang) -> str:
    check = catalogue().get(code)
    return check.title[lang] if check else code


def _explanation(finding: Record, lang: Lang) -> str:
    """Take the sentence of the run in Vietnamese; build the English one, unless it needs a value the run does not keep."""
    if lang == "vi" and finding["explanation"]:
        return str(finding["explanation"])
    check = catalogue().get(finding["code"])
    if check is None or "{other}" in check.explanation[lang]:
        return ""
    return check.explanation[lang].format(value=finding["value"] or "", proposed=finding["proposed_value"] or "")


def _belongs(case: _Case) -> list[str]:
    if case.register is Register.POPULATION:
        return []
    if case.record["decision"] == Decision.LINK:
        return _linked(case)
    if case.record["decision"] == Decision.REVIEW:
        return _undecided(case)
    return _nobody(case)


def _linked(case: _Case) -> list[str]:
    lang, record = case.lang, case.record
    chance = record["probability"]
    sure = [
        f"{'Độ tin cậy' if lang == 'vi' else 'Confidence'}: {probability(chance, lang)} ({likelihood(chance, lang)})."
    ]
    because = {"vi": "Vì:", "en": "Because:"}[lang]
    return [
        _person_line(case, record["pin"]),
        *(sure if chance is not None else []),
        because,
        *(f"• {sentence}" for sentence in sentences(record["evidence"], lang)),
    ]


def _person_line(case: _Case, pin: str) -> str:
    person, lang = case.persons.get(pin), case.lang
    number = f"{'số định danh' if lang == 'vi' else 'PIN'} {pin}"
    if person is None:
        return {"vi": f"{number} (không có trong tệp dân cư).", "en": f"{number} (not in the population file)."}[lang]
    facts = [person["full_name_std"] or person["full_name"] or "?", number]
    if person["birth_date_std"]:
        facts.append(f"{'sinh' if lang == 'vi' else 'born'} {day(person['birth_date_std'])}")
    facts.append(_place(person["commune_code"], lang))
    if person["status_std"] in _GONE:
        facts.append(_GONE[person["status_std"]][lang])
    return ", ".join(facts) + "."


def _undecided(case: _Case) -> list[str]:
    head = {
        "vi": f"Chưa đủ chắc để quyết định; máy không tự chọn. Ứng viên: {len(case.candidates)}.",
        "en": f"Not sure enough to decide; the machine does not choose by itself. Candidates: {len(case.candidates)}.",
    }[case.lang]
    lines = [head]
    for candidate in case.candidates:
        chance = candidate["probability"]
        sure = f" {probability(chance, case.lang)} ({likelihood(chance, case.lang)})." if chance is not None else ""
        lines.append(f"{candidate['rank']}) {_person_line(case, candidate['pin'])}{sure}")
        lines += [f"   • {sentence}" for sentence in sentences(candidate["evidence"], case.lang)]
    return lines


def _nobody(case: _Case) -> list[str]:
    lang, kind = case.lang, case.record.get("owner_kind")
    if kind == "organisation":
        return [
            {
                "vi": "Chủ là tổ chức, không đối chiếu với dữ liệu dân cư.",
                "en": "The owner is an organisation; it is not matched with the population register.",
            }[lang]
        ]
    if case.record["result_class"] == ResultClass.NOT_ELIGIBLE and not compared(case.record["evidence"]):
        return [
            {
                "vi": "Bản ghi không có gì dùng được để tìm người (số giấy tờ, họ tên, ngày sinh).",
                "en": "The record holds nothing usable to look for a person (ID number, name, date of birth).",
            }[lang]
        ]
    nobody = {
        "vi": "Không tìm thấy ai trong dữ liệu dân cư phù hợp với bản ghi này.",
        "en": "Nobody in the population register fits this record.",
    }[lang]
    reasons = sentences(case.record["evidence"], lang) if compared(case.record["evidence"]) else []
    return [nobody, *(f"• {sentence}" for sentence in reasons)]


def _doubles(case: _Case) -> list[str]:
    lines = []
    for group, members in case.groups:
        names = ", ".join(member["record_id"] for member in members[:_MEMBERS])
        rest = len(members) - _MEMBERS
        more = {"vi": f" và {rest} bản ghi khác", "en": f" and {rest} more"}[case.lang] if rest > 0 else ""
        same = {"vi": "Cùng với", "en": "Together with"}[case.lang]
        lines.append(f"• {group['reason']}: {_title(group['reason'], case.lang)}. {same}: {names}{more}.")
    return lines


def _four(case: _Case) -> list[str]:
    return [f"{CRITERIA[criterion][case.lang]}: {_verdict(case, criterion)}" for criterion in Criterion]


def _verdict(case: _Case, criterion: Criterion) -> str:
    if case.record[criterion]:
        return f"{'đạt' if case.lang == 'vi' else 'yes'}. {CRITERION_MEANINGS[criterion][case.lang]}"
    seen, broken = list(_seen_in_record(case, criterion)), list(_broken_by(case, criterion))
    reasons = seen + broken if criterion is Criterion.CORRECT else broken or seen
    unknown = {"vi": "xem các phần trên", "en": "see the parts above"}[case.lang]
    return f"{'chưa đạt' if case.lang == 'vi' else 'no'} – {'; '.join(dict.fromkeys(reasons)) or unknown}."


def _broken_by(case: _Case, criterion: Criterion) -> Iterable[str]:
    codes = [finding["code"] for finding in case.findings] + [group["reason"] for group, _ in case.groups]
    for code in codes:
        check = catalogue().get(code)
        if check is not None and check.criterion is criterion:
            yield f"{check.title[case.lang]} ({code})"


def _seen_in_record(case: _Case, criterion: Criterion) -> Iterable[str]:
    """Give the reasons that need no finding: the result of matching, empty fields, what happened to the person."""
    lang, record = case.lang, case.record
    if criterion is Criterion.CORRECT and record["result_class"] in set(ResultClass) - {ResultClass.MATCH}:
        yield {"vi": "kết quả đối chiếu: ", "en": "result of matching: "}[lang] + RESULTS[record["result_class"]][
            lang
        ].lower()
        differs = [
            f"{name}={level}" for name, level in pairs(record["evidence"]).items() if level in {"conflict", "different"}
        ]
        yield from (sentence.rstrip(".").lower() for sentence in sentences(";".join(differs), lang))
    if criterion is Criterion.COMPLETE:
        empty = [c for c in COLUMNS[case.register] if c.mandatory and not record.get(_given(c.name))]
        yield from (
            {"vi": f"thiếu {column.vi.lower()}", "en": f"{column.en.lower()} is empty"}[lang] for column in empty
        )
    if criterion is Criterion.LIVE:
        person = case.person
        if person is not None and person["status_std"] in _GONE:
            yield f"{holder(case.register, lang)} {_GONE[person['status_std']][lang]}"
        expires = record.get("expires_on_std")
        if expires and case.as_of and str(expires) < case.as_of:
            yield {"vi": f"hết hạn từ {day(expires)}", "en": f"expired on {day(expires)}"}[lang]


def _now(case: _Case) -> list[str]:
    codes = [finding["code"] for finding in case.findings if finding["severity"] != Severity.INFO]
    codes += [group["reason"] for group, _ in case.groups]
    asked = dict.fromkeys(question(code)[case.lang] for code in codes)
    return [todo(case.record["action"], case.register, case.lang), *(f"• {text}" for text in asked)]
