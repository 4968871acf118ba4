"""The whole register of blanks, jobs and cards asked in one question: what is there, and what must never be."""

from dataclasses import dataclass

from django.db import connection

from sosach.domain.idcards.states.cards import BLANK_OF, FAILED, IN_PRODUCTION, ON_THE_WAY, PRESENT


def _states(of: object) -> str:
    return ", ".join(f"'{state}'" for state in of)  # type: ignore[attr-defined] # sets of enumerations


_BLANK_OF = " ".join(f"WHEN '{card}' THEN '{blank}'" for card, blank in BLANK_OF.items())
# Each line finds what must never be; together they are one question.
FAULTS: dict[str, str] = {
    "a blank is elsewhere than its card": f"""SELECT 1 FROM idcards_blank b JOIN idcards_card c ON c.blank_id = b.serial
        WHERE c.state <> 'void' AND b.state <> CASE c.state {_BLANK_OF} END""",
    "a blank is in work for no card": """SELECT 1 FROM idcards_blank b WHERE b.state IN ('reserved', 'in_work', 'issued')
        AND NOT EXISTS (SELECT 1 FROM idcards_card c WHERE c.blank_id = b.serial AND c.state <> 'void')""",
    "blanks do not add up": """SELECT 1 FROM idcards_blankdelivery d WHERE d.count <>
        (SELECT count(*) FROM idcards_blank b WHERE b.delivery_id = d.id)""",
    "a blank has two cards": """SELECT 1 FROM idcards_card WHERE state <> 'void' GROUP BY blank_id HAVING count(*) > 1""",
    "somebody has two cards": f"""SELECT 1 FROM idcards_card WHERE state IN ({_states(PRESENT)})
        GROUP BY person_id HAVING count(*) > 1""",
    "signatures were counted wrongly": """SELECT 1 FROM idcards_documentsigner s WHERE s.used <>
        (SELECT count(*) FROM idcards_card c JOIN idcards_job j ON j.id = c.job_id
         WHERE c.sod_digest <> '' AND j.signer_id = s.id)""",
    "a signature without approval": """SELECT 1 FROM idcards_card c JOIN idcards_application a ON a.id = c.application_id
        WHERE c.sod_digest <> '' AND a.approved_by = ''""",
    "an application in work without its card": f"""SELECT 1 FROM idcards_application a WHERE a.state = 'made' AND 1 <>
        (SELECT count(*) FROM idcards_card c WHERE c.application_id = a.id AND c.handed_over_on IS NULL
         AND c.state NOT IN ({_states(FAILED)}, 'destroyed', 'recovered'))
        AND NOT EXISTS (SELECT 1 FROM idcards_cardevent e JOIN idcards_card c ON c.id = e.card_id
         WHERE c.application_id = a.id AND e.step IN ('revoke', 'end'))""",
    "a card in work of an application that waits": f"""SELECT 1 FROM idcards_application a JOIN idcards_card c
        ON c.application_id = a.id WHERE a.state = 'approved' AND c.state IN ({_states(IN_PRODUCTION | ON_THE_WAY)})""",
    "a card handed over and its application open": f"""SELECT 1 FROM idcards_application a JOIN idcards_card c
        ON c.application_id = a.id WHERE a.state <> 'done' AND c.state IN ({_states(PRESENT)})""",
    "a card of a lapsed application is on its way": f"""SELECT 1 FROM idcards_application a JOIN idcards_card c
        ON c.application_id = a.id WHERE a.state = 'lapsed' AND c.state IN ({_states(ON_THE_WAY | PRESENT)}, 'planned')""",
    "one person released what they signed": """SELECT 1 FROM idcards_job WHERE released_by <> '' AND released_by = signed_by""",
    "a closed job with something open": """SELECT 1 FROM idcards_job j WHERE j.state = 'closed' AND (
        EXISTS (SELECT 1 FROM idcards_card c WHERE c.job_id = j.id AND c.state IN ('in_work', 'personalised'))
        OR EXISTS (SELECT 1 FROM idcards_linefinding f WHERE f.job_id = j.id AND f.outcome = ''))""",
    "a card that was made and not released": """SELECT 1 FROM idcards_card c JOIN idcards_job j ON j.id = c.job_id
        WHERE c.state NOT IN ('planned', 'signed', 'void') AND j.released_by = ''""",
    "a state that is not its last step's": """SELECT 1 FROM idcards_card c JOIN LATERAL (SELECT after FROM idcards_cardevent e
        WHERE e.card_id = c.id ORDER BY e.id DESC LIMIT 1) last ON true WHERE last.after <> c.state""",
}
_PRINT = """md5(concat(
    (SELECT string_agg(concat_ws(',', serial, state, destruction_id), ';' ORDER BY serial) FROM idcards_blank),
    (SELECT string_agg(concat_ws(',', id, state, sod_digest, parcel_id), ';' ORDER BY id) FROM idcards_card),
    (SELECT string_agg(concat_ws(',', id, state, released_by), ';' ORDER BY id) FROM idcards_job),
    (SELECT string_agg(concat_ws(',', id, outcome), ';' ORDER BY id) FROM idcards_linefinding),
    (SELECT string_agg(concat_ws(',', id, state), ';' ORDER BY id) FROM idcards_application),
    (SELECT count(*) FROM idcards_cardevent), (SELECT sum(used) FROM idcards_documentsigner),
    (SELECT count(*) FROM idcards_jobreport), (SELECT count(*) FROM idcards_blankdelivery)))"""
_THERE = """
    (SELECT coalesce(json_agg(json_build_array(id, state, person_id, blank_id, parcel_id) ORDER BY id), '[]') FROM idcards_card),
    (SELECT coalesce(json_agg(json_build_array(id, state) ORDER BY id), '[]') FROM idcards_job),
    (SELECT coalesce(json_agg(json_build_array(serial, state) ORDER BY serial), '[]') FROM idcards_blank),
    (SELECT coalesce(json_agg(id ORDER BY id), '[]') FROM idcards_linefinding WHERE outcome = ''),
    (SELECT coalesce(json_agg(id ORDER BY id), '[]') FROM idcards_parcel),
    (SELECT coalesce(json_agg(id ORDER BY id), '[]') FROM idcards_destruction)"""
_FAULTS = ", ".join(f"EXISTS ({sql})" for sql in FAULTS.values())
_ASK = f"SELECT ARRAY[{_FAULTS}], {_PRINT}, {_THERE}"


@dataclass(frozen=True)
class CardThere:
    """A card, as far as acts are drawn by it."""

    pk: int
    state: str
    person_id: int
    blank_id: str
    parcel_id: int | None


@dataclass(frozen=True)
class Seen:
    """The register at a moment, asked for in one question.

    Attributes:
        faults: what is wrong with it.
        print: the same for the same register.
        cards: all of them.
        jobs: number and state.
        blanks: serial and state.
        findings: numbers of open ones.
        parcels: numbers.
        destructions: numbers.
    """

    faults: list[str]
    print: str
    cards: list[CardThere]
    jobs: list[tuple[int, str]]
    blanks: list[tuple[str, str]]
    findings: list[int]
    parcels: list[int]
    destructions: list[int]


def seen() -> Seen:
    """Everything, as somebody sees it who sees everything."""
    with connection.cursor() as cursor:
        cursor.execute(_ASK)
        wrong, told, cards, *rest = cursor.fetchone() or ()
    faults = [name for name, is_so in zip(FAULTS, wrong, strict=True) if is_so]
    return Seen(faults, told, [CardThere(*card) for card in cards], *rest)
