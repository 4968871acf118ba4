"""How answers are read: each by the function of `vn` its question names, the same one forms, API and batch use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.findings import Reading
from sosach.domain.declarations.rules.kinds import Kind, Question
from sosach.vn import dates
from sosach.vn.identifiers import chassis, engine, licence_number, phone, pin, plate
from sosach.vn.licence_classes import classes_of
from sosach.vn.names import explain as explain_name

LONGEST = {"text": 250, "long_text": 4_000, "choice": 40, "date": 40, "commitment": 5}
YES = "yes"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer cannot be taken.

    Attributes:
        question: code of the question.
        vi: what is wrong, Vietnamese.
        en: what is wrong, English.
        proposed: what it may have been meant to be; never taken by itself.
    """

    question: str
    vi: str
    en: str
    proposed: str = ""


class AnswersError(SosachError):
    """Answers that have to be mended before a declaration can be sent; `problems` says which and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            ErrorCode.INPUT_INCOMPLETE,
            vi=f"Có {len(problems)} câu cần xem lại.",
            en=f"{len(problems)} answers have to be looked at again.",
        )
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Read:
    """An answer as read.

    Attributes:
        key: canonical form; None where nothing can be read.
        display: as shown to people.
        proposed: what it may have been meant to be.
    """

    key: str | None
    display: str = ""
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """The answers of a form.

    Attributes:
        answers: those that belong to the form, as typed, without blanks around.
        keys: canonical forms, where a question has a reading.
        problems: what has to be mended before it can be sent, in the order of the form.
    """

    answers: dict[str, str]
    keys: dict[str, str]
    problems: tuple[Problem, ...]


def _number(explain: Callable[[str], Reading]) -> Callable[[str], Read]:
    """A number as the registers read it."""

    def reading(text: str) -> Read:
        told = explain(text)
        return Read(told.key, told.display or "", told.proposed or "")

    return reading


def _name(text: str) -> Read:
    told = explain_name(text)
    return Read(told.display or " ".join(text.split()), told.display or "")


def _day(text: str) -> Read:
    told = dates.explain(text, kind="expiry", as_of_year=date.max.year)
    return Read(told.iso if told.precision == "day" else None, told.iso or "")


def _class(text: str) -> Read:
    names = [name.strip().upper() for name in text.replace(";", ",").split(",") if name.strip()]
    known = set(classes_of("2008")) | set(classes_of("2024"))
    return Read(",".join(names), ", ".join(names)) if names and set(names) <= known else Read(None)


CHECKS: dict[str, Callable[[str], Read]] = {
    "plate": _number(plate.explain),
    "chassis": _number(chassis.explain),
    "engine": _number(engine.explain),
    "licence_number": _number(licence_number.explain),
    "phone": _number(phone.explain),
    "pin": _number(pin.explain),
    "name": _name,
    "day": _day,
    "past_day": _day,
    "licence_class": _class,
}
_WRONG: dict[str, tuple[str, str]] = {
    "plate": ("Không đọc được biển số này.", "This number plate cannot be read."),
    "chassis": ("Không đọc được số khung này.", "This chassis number cannot be read."),
    "engine": ("Không đọc được số máy này.", "This engine number cannot be read."),
    "licence_number": ("Không đọc được số giấy phép này.", "This licence number cannot be read."),
    "phone": ("Số điện thoại không đúng.", "The telephone number is not right."),
    "pin": ("Số định danh gồm 12 chữ số.", "A personal identification number has 12 digits."),
    "name": ("Tên không đọc được.", "The name cannot be read."),
    "day": ("Ghi ngày/tháng/năm, ví dụ 05/03/2024.", "Day/month/year, for example 05/03/2024."),
    "past_day": ("Ghi ngày/tháng/năm, ví dụ 05/03/2024.", "Day/month/year, for example 05/03/2024."),
    "licence_class": ("Không có hạng giấy phép này.", "There is no such class of licence."),
}


def read(question: Question, text: str) -> Read:
    """An answer as its question reads it."""
    if question.check:
        return CHECKS[question.check](text)
    return Read(text, text)


def check(kind: Kind, given: Mapping[str, str], *, today: date) -> Checked:
    """Read the answers of a form and say what has to be mended; answers to questions that do not apply are left out.

    Args:
        kind: of the declaration.
        given: code of the question → as typed.
        today: days of the past may not lie ahead of it.
    """
    answers: dict[str, str] = {}
    keys: dict[str, str] = {}
    problems: list[Problem] = []
    told = {code: text.strip() for code, text in given.items()}
    for step in kind.steps_after(told):
        for question in step.questions:
            text = told.get(question.code, "")
            problem = _problem(question, text, today)
            if problem is not None:
                problems.append(problem)
            if text:
                answers[question.code] = text
                key = read(question, text).key
                if question.check and key is not None:
                    keys[question.code] = key
    return Checked(answers, keys, tuple(problems))


def _problem(question: Question, text: str, today: date) -> Problem | None:
    if not text:
        return Problem(question.code, "Cần trả lời câu này.", "This needs an answer.") if question.required else None
    wrong = _misshapen(question, text)
    if wrong is not None or not question.check:
        return Problem(question.code, *wrong) if wrong is not None else None
    told = read(question, text)
    if told.key is None:
        return Problem(question.code, *_WRONG[question.check], told.proposed)
    if question.check == "past_day" and told.key > today.isoformat():
        return Problem(question.code, "Ngày ở tương lai.", "The day lies ahead.")
    return None


def _misshapen(question: Question, text: str) -> tuple[str, str] | None:
    """What is wrong with an answer before anybody reads it."""
    most = LONGEST[question.type]
    if "\0" in text or len(text) > most:
        return f"Nhiều nhất {most} ký tự.", f"At most {most} characters."
    if question.type == "commitment" and text != YES:
        return "Cần cam đoan trước khi gửi.", "It has to be declared true before it is sent."
    if question.choices and text not in {choice.code for choice in question.choices}:
        return "Hãy chọn một mục.", "Choose one of them."
    return None
