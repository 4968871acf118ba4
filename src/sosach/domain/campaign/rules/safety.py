"""Which answers are safe enough to be given to many cases at once, what is shown of them first, and how large a sample is."""

import hashlib
import json
import random
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sosach.domain.campaign.rules.fixes import Fix, FixKind, Matters, codes_of, left_after, offers
from sosach.vn.folding import fold

LEAST_SAMPLE = 20
# Sixty looked at without an error: fewer than 5 in 100 of the batch are wrong, 95 times in 100 (3 ÷ 60).
MOST_SAMPLE = 60
SAMPLE_SHARE = 0.05
_KINDS = frozenset({FixKind.TAKE, FixKind.PERSON, FixKind.ACCEPT})
_OLD_NUMBER, _PIN = frozenset({9, 12}), 12
_ALONE = str.maketrans("OQDILZSBG", "000112586")  # letters typed for digits
_TAIL = re.compile(r"[.,]0+$")
_SEPARATORS = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True, slots=True)
class SafeClass:
    """A line of the table: findings that may be answered at once, and how each value is proven."""

    proof: str
    codes: frozenset[str]
    vi: str
    en: str


@cache
def safe_classes() -> tuple[SafeClass, ...]:
    """The safe classes of `campaign/fixes.toml`."""
    told = tomllib.loads((resources.files("sosach.domain.campaign") / "fixes.toml").read_text("utf-8"))
    return tuple(SafeClass(each["proof"], frozenset(each["codes"]), each["vi"], each["en"]) for each in told["safe"])


@cache
def safe_codes() -> frozenset[str]:
    """All findings that may be answered at once."""
    return frozenset(code for each in safe_classes() for code in each.codes)


def safe_fix(told: Matters) -> Fix | None:
    """The first answer, where it is safe to give it unseen; else None.

    Safe is: it settles everything that is open; all of that is in the table; nobody has to confirm it; and every value that
    would change is proven in the way the table asks for.
    """
    if told.declaration or told.candidates or told.duplicates or not told.blocking:
        return None
    fix = offers(told)[0]
    codes = set(codes_of(told.blocking))
    if fix.kind not in _KINDS or fix.second or fix.reason or left_after(told, fix) or codes - safe_codes():
        return None
    proofs = [_PROOFS[each.proof] for each in safe_classes() if each.codes & codes]
    changes = [(effect.column, effect.old, effect.new) for effect in fix.effects]
    changes += [(column, each.value, new) for each in told.blocking for column, new in each.takes.items()]
    proven = all(any(proof(told, *change) for proof in proofs) for change in changes)
    return fix if proven else None


def group_of(told: Matters) -> str:
    """The group a safe case is counted in: register and findings.

    >>> group_of(Matters("vehicles"))
    'vehicles:'
    """
    return f"{told.register}:{'+'.join(sorted(codes_of(told.blocking)))}"


def print_of(told: Matters, fix: Fix) -> str:
    """Fingerprint of a case as it was shown: its findings, the answer, and every value before and after."""
    shown = [
        sorted(each.key for each in told.blocking),
        fix.key,
        [[effect.column, effect.old, effect.new] for effect in fix.effects],
    ]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:24]


def sample_size(cases: int) -> int:
    """How many cases of a batch are looked at before it is carried out.

    >>> sample_size(7), sample_size(100), sample_size(800), sample_size(9000)
    (7, 20, 40, 60)
    """
    return min(cases, MOST_SAMPLE, max(LEAST_SAMPLE, round(cases * SAMPLE_SHARE)))


def sample_of(cases: Sequence[int], *, seed: str) -> list[int]:
    """The cases to look at: drawn by the seed, so that whoever carries the batch out cannot choose them.

    >>> sample_of([3, 1, 2], seed="a") == sample_of([1, 2, 3], seed="a")
    True
    """
    drawn = random.Random(seed)  # noqa: S311 - a sample, no secret  # nosec B311
    return sorted(drawn.sample(sorted(cases), sample_size(len(cases))))


def effects_of(fixes: Collection[Fix]) -> dict[str, int]:
    """How many values of each column would change."""
    columns = [effect.column for fix in fixes for effect in fix.effects]
    return {column: columns.count(column) for column in sorted(set(columns))}


def same_form(old: str, new: str) -> bool:
    """Whether two spellings hold the same letters and digits.

    >>> same_form("Trần Văn Trí", "TRAN VAN TRI"), same_form("38201012345", "038201012345"), same_form("2O15", "2015")
    (True, True, True)
    >>> same_form("0912345678", "0912345687"), same_form("", "038201012345"), same_form("Sơn", "Sang")
    (False, False, False)
    """
    before, after = _bare(old), _bare(new)
    if after.isdigit():
        before, after = before.translate(_ALONE).lstrip("0"), after.lstrip("0")
    return bool(before) and before == after


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", fold(_TAIL.sub("", text.strip())))


def _form(told: Matters, column: str, old: str, new: str) -> bool:
    del told, column
    return same_form(old, new)


def _number(told: Matters, column: str, old: str, new: str) -> bool:
    """An old number gives way to the PIN of the person on record, and to nothing else."""
    digits = _bare(old).translate(_ALONE)
    says = str(told.says.get(column, ""))
    return told.linked and len(digits) in _OLD_NUMBER and len(new) == _PIN and new.isdigit() and says == new


def _agrees(told: Matters, column: str, old: str, new: str) -> bool:
    del old
    return told.linked and bool(new) and str(told.says.get(column, "")) == new


_PROOFS: Mapping[str, Callable[[Matters, str, str, str], bool]] = {
    "form": _form,
    "number": _number,
    "agrees": _agrees,
}
