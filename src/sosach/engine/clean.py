"""One cleaning run from files to report: assembles the stages, tells what they cost, writes the manifest."""

import hashlib
import json
import platform
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sosach import __version__
from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.engine.checks.rules import RULES_BEFORE_MATCH
from sosach.engine.checks.run import rows_by_rule, run_rules
from sosach.engine.judge import stage as judging
from sosach.engine.load import (
    HeadingMatch,
    LoadedRegister,
    Mapping,
    Note,
    SourceFile,
    input_fingerprint,
    load_register,
    read_mapping,
)
from sosach.engine.match import stage as matching
from sosach.engine.plan import Outcome, Silence, Stage, StageRecord, Steps, Watcher, explain_plan, run_plan
from sosach.engine.profile import profile_register
from sosach.engine.report.page import write_report
from sosach.engine.settings import Settings
from sosach.engine.standardise import stage as standardising
from sosach.engine.worklists import write_worklists
from sosach.engine.workspace import HIDDEN, Workspace, write_whole

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    Attributes:
        out: its folder.
        manifest: what `manifest.json` holds.
        records: what each stage did.
    """

    out: Path
    manifest: dict[str, Any]
    records: tuple[StageRecord, ...]


def clean(settings: Settings, *, watcher: Watcher | None = None, lang: str = "vi") -> Run:
    """Clean the registers: load, profile, standardise, check, match, judge, report.

    A run that was killed goes on behind the last stage it finished, provided inputs, settings and version are the same.

    Raises:
        SosachError: an input cannot be read or its columns are not recognised; the output folder cannot be used.
    """
    if not settings.inputs:
        raise SosachError(
            ErrorCode.INPUT_NOTHING,
            vi="Chưa cho biết cần làm sạch dữ liệu nào.",
            en="No register was given.",
            hint_vi="Thêm ít nhất một trong --population, --vehicles, --licences.",
            hint_en="Add at least one of --population, --vehicles, --licences.",
        )
    mapping = read_mapping(settings.mapping) if settings.mapping else None
    prints = {register: input_fingerprint(source) for register, source in settings.inputs.items()}
    with Workspace(settings) as workspace:
        _remove_strangers(settings)
        session = _Session(workspace, mapping, prints)
        records = run_plan(
            workspace, session.stages(), fingerprint=session.fingerprint(), watcher=watcher or Silence(), lang=lang
        )
        manifest = session.manifest(records)
        write_whole(settings.out / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1, default=str))
    if not settings.keep:
        shutil.rmtree(settings.out / HIDDEN, ignore_errors=True)
    return Run(settings.out, manifest, tuple(records))


def _remove_strangers(settings: Settings) -> None:
    """Take away the record files of registers an earlier run in this folder had and this one has not."""
    for register, file in judging.RECORD_FILES.items():
        if not settings.has(register):
            (settings.out / file).unlink(missing_ok=True)


def plan_text(settings: Settings, lang: str) -> str:
    """The plan of a run in words, without running it."""
    return explain_plan(_Session(Workspace(settings), None, {}).stages(), lang)


class _Session:
    """The stages of one run and what they hand to each other beside tables: the loaded registers."""

    def __init__(self, workspace: Workspace, mapping: Mapping | None, prints: dict[Register, str]) -> None:
        self._workspace = workspace
        self._mapping = mapping
        self._prints = prints
        self._loaded: dict[Register, LoadedRegister] = {}
        self._registers = tuple(register for register in Register if register in workspace.settings.inputs)

    def fingerprint(self) -> str:
        """Stands for inputs, settings and version: an interrupted run is continued only under the same."""
        settings = self._workspace.settings
        parts = [__version__, settings.as_of.isoformat(), str(settings.link_at), str(settings.review_at)]
        parts += [f"{register}={source}:{self._prints[register]}" for register, source in settings.inputs.items()]
        parts.append(settings.mapping.read_text("utf-8") if settings.mapping else "")
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    def stages(self) -> tuple[Stage, ...]:
        """The plan."""
        registers = self._registers
        count = len(registers)
        return (
            Stage("load", "Đọc dữ liệu", "Reading the registers", _DOES["load"], count, self._load, self._restore_load),
            Stage("profile", "Xem qua từng cột", "Profiling columns", _DOES["profile"], count, self._profile, _nothing),
            Stage(
                "standardise",
                "Chuẩn hóa giá trị",
                "Standardising values",
                _DOES["standardise"],
                25 + count,
                self._standardise,
                lambda workspace, notes: standardising.restore(workspace, notes, registers),
            ),
            Stage(
                "check", "Kiểm tra theo quy tắc", "Checking rules", _DOES["check"], 1, self._check, self._restore_check
            ),
            Stage(
                "match",
                "Đối chiếu với dân cư",
                "Matching with the population",
                _DOES["match"],
                11,
                lambda workspace, steps: matching.match(workspace, steps, registers=registers),
                lambda workspace, _: matching.restore(workspace, registers),
            ),
            Stage(
                "judge",
                "Kết luận từng bản ghi",
                "Judging records",
                _DOES["judge"],
                2 + count,
                lambda workspace, steps: judging.judge(workspace, steps, registers=registers),
                lambda workspace, notes: judging.restore(workspace, notes, registers),
            ),
            Stage(
                "report",
                "Danh sách việc và báo cáo",
                "Work lists and report",
                _DOES["report"],
                2,
                self._report,
                _nothing,
            ),
        )

    # stages -----------------------------------------------------------------------------------------------------

    def _load(self, workspace: Workspace, steps: Steps) -> Outcome:
        notes = {}
        for register in self._registers:
            with steps.step(f"{register}"):
                loaded = load_register(
                    workspace.con,
                    register=register,
                    source=workspace.settings.inputs[register],
                    work=workspace.path("load", "x").parent / register.value,
                    mapping=self._mapping,
                    progress=None,
                )
            self._take(loaded)
            notes[register.value] = asdict(loaded)
        return Outcome({register.value: self._loaded[register].rows for register in self._registers}, notes)

    def _restore_load(self, workspace: Workspace, notes: dict[str, Any]) -> None:
        del workspace
        for register in self._registers:
            self._take(_loaded_from(notes[register.value]))

    def _take(self, loaded: LoadedRegister) -> None:
        workspace = self._workspace
        self._loaded[loaded.register] = loaded
        workspace.con.execute(f"CREATE OR REPLACE VIEW given_{loaded.register} AS {loaded.sql}")
        if loaded.findings is not None:
            workspace.show(f"findings_source_{loaded.register}", Path(loaded.findings))

    def _profile(self, workspace: Workspace, steps: Steps) -> Outcome:
        notes = {}
        for register, loaded in self._loaded.items():
            with steps.step(f"{register}"):
                notes[register.value] = [asdict(column) for column in profile_register(workspace.con, loaded)]
        return Outcome({}, notes)

    def _standardise(self, workspace: Workspace, steps: Steps) -> Outcome:
        return standardising.standardise(
            workspace,
            steps,
            loaded={register: loaded.sql for register, loaded in self._loaded.items()},
            orders=self._orders(),
        )

    def _orders(self) -> standardising.DateOrders:
        return {register: dict(loaded.date_order) for register, loaded in self._loaded.items()}

    def _check(self, workspace: Workspace, steps: Steps) -> Outcome:
        with steps.step("rules"):
            runs = run_rules(
                workspace.con,
                RULES_BEFORE_MATCH,
                registers=self._registers,
                as_of=workspace.settings.as_of,
                out=workspace.path("check", "x").parent,
            )
            judging.show_rule_tables(workspace, "check", "before", self._registers)
        rows = {f"findings_before_{register}": 0 for register in self._registers}
        rows = {table: workspace.count(table) for table in rows}
        return Outcome(rows, {"rules": rows_by_rule(runs)})

    def _restore_check(self, workspace: Workspace, notes: dict[str, Any]) -> None:
        del notes
        judging.show_rule_tables(workspace, "check", "before", self._registers)

    def _report(self, workspace: Workspace, steps: Steps) -> Outcome:
        with steps.step("worklists"):
            summary = write_worklists(
                workspace.con, workspace.out, as_of=workspace.settings.as_of, progress=lambda *_: None
            )
        with steps.step("report"):
            write_report(workspace.con, workspace.out, self.manifest(self._so_far(workspace)))
        rows = {f"worklists/{register}": count for register, count in summary.rows.items()}
        return Outcome(rows, {"workbooks": summary.files})

    def _so_far(self, workspace: Workspace) -> list[StageRecord]:
        notes = (workspace.read_note(stage.name) for stage in self.stages())
        return [StageRecord(**note["record"]) for note in notes if note]

    # manifest ---------------------------------------------------------------------------------------------------

    def manifest(self, records: list[StageRecord]) -> dict[str, Any]:
        """What was read with which settings and versions, and what it cost."""
        settings = self._workspace.settings
        return {
            "sosach": __version__,
            "versions": {"python": platform.python_version(), "duckdb": duckdb.__version__, "pyarrow": pa.__version__},
            "as_of": settings.as_of.isoformat(),
            "settings": {
                "link_at": settings.link_at,
                "review_at": settings.review_at,
                "memory_mb": settings.memory_mb,
                "threads": settings.threads,
                "mapping": str(settings.mapping) if settings.mapping else None,
            },
            "inputs": [
                {
                    "register": register.value,
                    "path": str(file.path),
                    "bytes": file.bytes,
                    "rows": file.rows,
                    "format": file.format,
                    "encoding": file.encoding,
                    "delimiter": file.delimiter,
                    "blake2b": self._prints.get(register, ""),
                }
                for register, loaded in self._loaded.items()
                for file in loaded.files
            ],
            "headings": {
                register.value: [asdict(match) for match in loaded.headings]
                for register, loaded in self._loaded.items()
            },
            "notes": {
                register.value: [asdict(note) for note in loaded.notes] for register, loaded in self._loaded.items()
            },
            "rows": self._row_balance(records),
            "stages": [asdict(record) for record in records],
            "seconds": round(sum(record.seconds for record in records), 3),
            "peak_mb": max((record.peak_mb for record in records), default=0),
        }

    def _row_balance(self, records: list[StageRecord]) -> dict[str, dict[str, int]]:
        out: dict[str, int] = next((record.rows for record in records if record.stage == "judge"), {})
        return {
            register.value: {"in": loaded.rows, "out": out.get(judging.RECORD_FILES[register], 0)}
            for register, loaded in self._loaded.items()
        }


def _nothing(workspace: Workspace, notes: dict[str, Any]) -> None:
    """A stage without tables has nothing to restore."""


def _loaded_from(note: dict[str, Any]) -> LoadedRegister:
    """A loaded register from its note of an interrupted run."""
    return LoadedRegister(
        register=Register(note["register"]),
        sql=note["sql"],
        rows=note["rows"],
        files=tuple(SourceFile(**{**file, "path": Path(file["path"])}) for file in note["files"]),
        headings=tuple(HeadingMatch(**match) for match in note["headings"]),
        missing=tuple(note["missing"]),
        date_order=note["date_order"],
        findings=Path(note["findings"]) if note["findings"] else None,
        notes=tuple(Note(**remark) for remark in note["notes"]),
    )


_DOES = {
    "load": "CSV, XLSX, Parquet → given_<register>: row, canonical columns as text, nothing changed, rows counted twice.",
    "profile": "given_<register> → how full, how distinct, how damaged each column is.",
    "standardise": "distinct odd values → dict_<kind> (read once by plain Python); rows × dictionaries → rows_<register>, "
    "shown as raw_<register> and std_<register>; findings_field_<register>.",
    "check": "std_<register>, raw_<register> → findings_before_<register>, duplicates_<register>: rows and sets.",
    "match": "std_<register> × std_population → links_<register>, candidates_<register>: confirmed numbers, then scores.",
    "judge": "links × registers → findings_after_<register>; then <register>.parquet, findings, candidates, duplicates.",
    "report": "outputs → worklists/<province>/<commune>.xlsx and report.html.",
}
