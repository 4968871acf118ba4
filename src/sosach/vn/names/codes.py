"""Codes of the checks on names (entries in `vn/data/checks/names.toml` and `organisations.toml`)."""

from collections.abc import Sequence

from sosach.base.findings import Finding

LETTER_CASE = "NAM-01"
DECOMPOSED = "NAM-02"
SPACES = "NAM-03"
LOOK_ALIKE = "NAM-04"
TONE_MISPLACED = "NAM-05"
ACCENTS_MISSING = "NAM-06"
NICKNAME = "NAM-07"
TITLE = "NAM-08"
ILLEGAL_CHARACTERS = "NAM-09"
ONE_LETTER = "NAM-10"
SINGLE_WORD = "NAM-11"
TOO_MANY_WORDS = "NAM-12"
UNKNOWN_SYLLABLE = "NAM-13"
SEVERAL_OWNERS = "NAM-14"
PLACEHOLDER = "NAM-15"
ORGANISATION = "ORG-01"
SELLER_AS_OWNER = "ORG-02"

# Found when two names are compared.
DIFFERS_I_Y = "NAM-21"
DIFFERS_TONE = "NAM-22"
DIFFERS_NEAR = "NAM-23"
DIFFERS_PART = "NAM-24"

_ERRORS = (PLACEHOLDER, ILLEGAL_CHARACTERS, ONE_LETTER, SEVERAL_OWNERS)
_REMARKS = (ORGANISATION, NICKNAME, TITLE, TONE_MISPLACED, LOOK_ALIKE, DECOMPOSED, LETTER_CASE, SPACES)


def worst_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings in the order errors, warnings (those of the encodings too), remarks."""
    return tuple(findings) if len(findings) < 2 else tuple(sorted(findings, key=_rank))


def _rank(finding: Finding) -> int:
    if finding.code in _ERRORS:
        return _ERRORS.index(finding.code)
    return len(_ERRORS) + 1 + _REMARKS.index(finding.code) if finding.code in _REMARKS else len(_ERRORS)
