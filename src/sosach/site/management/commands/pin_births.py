"""`sosach pin issue --birth-message FILE`: newborns get record and number; every message gets an answer or a reason."""

import json
import os
import sys
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.cli.installation import banner
from sosach.domain.population.operations.births import Registered
from sosach.site.fitness import DataKind, facts, require_durable
from sosach.site.management.administrator import whoever
from sosach.site.management.birth_messages import Batches, Rejected, messages
from sosach.site.management.site_command import SiteCommand

ANSWERS, REJECTED = "answers.jsonl", "rejected.jsonl"


class Command(SiteCommand):
    """Messages of the civil-status database as JSON lines (Decree 70/2024 art. 11(2))."""

    def carry_out(self, *, lang: str, file: Path, out: Path, paper: str, officer: str, password: str) -> None:
        """Register, write answers and refusals; exit code 1 when a message was refused."""
        server = facts()
        require_durable(server)
        if server.data_kind is DataKind.SYNTHETIC:
            banner(lang)
        actor = whoever(officer, password, at=datetime.now(UTC))
        evidence = {"message_file": file.name} | ({"paper": paper} if paper else {})
        batches = Batches(actor, evidence)
        counts = {"new": 0, "repeated": 0, "rejected": 0}
        answers, rejected = out / f"{file.stem}.{ANSWERS}", out / f"{file.stem}.{REJECTED}"
        with ExitStack() as stack:
            lines = stack.enter_context(_opened(file))
            streams = [stack.enter_context(_closed_to_others(path)) for path in (answers, rejected)]
            for told in batches.answered(messages(lines)):
                kind, line = _line(told)
                counts[kind] += 1
                _write(streams[kind == "rejected"], line)
        self.say(
            lang,
            vi=f"Đã cấp {counts['new']} số, trả lời lại {counts['repeated']}, từ chối {counts['rejected']} thông điệp.\n"
            f"Trả lời: {answers}\nTừ chối: {rejected}",
            en=f"{counts['new']} numbers issued, {counts['repeated']} answered again, {counts['rejected']} refused.\n"
            f"Answers: {answers}\nRefused: {rejected}",
        )
        if counts["rejected"]:
            sys.exit(1)


def _line(told: Registered | Rejected) -> tuple[str, dict[str, Any]]:
    """What became of a message, and the line that tells it."""
    if isinstance(told, Rejected):
        return "rejected", asdict(told)
    line = {"message_id": told.message_id, "pin": told.pin, "repeated": told.repeated}
    return "repeated" if told.repeated else "new", line


def _opened(file: Path) -> IO[bytes]:
    try:
        return file.open("rb")
    except OSError as failure:
        raise SosachError(
            ErrorCode.INPUT_MISSING,
            vi=f"Không đọc được {file}: {failure.strerror}.",
            en=f"{file} cannot be read: {failure.strerror}.",
        ) from failure


def _closed_to_others(path: Path) -> IO[str]:
    """A file only the own account reads: numbers of people."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8")
    except OSError as failure:
        raise SosachError(
            ErrorCode.OUTPUT_UNWRITABLE,
            vi=f"Không ghi được {path}: {failure.strerror}.",
            en=f"{path} cannot be written: {failure.strerror}.",
        ) from failure


def _write(stream: IO[str], told: dict[str, Any]) -> None:
    stream.write(json.dumps(told, ensure_ascii=False) + "\n")
    stream.flush()
