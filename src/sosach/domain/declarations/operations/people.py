"""What happens to people and matters to their declarations: two records of one person become one, and part again."""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.declarations.models import Declaration, Note, Objection
from sosach.domain.declarations.operations.recording import note, subject, take_over
from sosach.domain.declarations.operations.refusals import forbidden
from sosach.domain.declarations.queries.standing import standing_of
from sosach.domain.declarations.states import Standing, joined
from sosach.domain.population.models import Person

FOLLOWERS = frozenset({Role.SYSTEM})
MERGED, PARTED = "people_merged", "people_parted"
MOOT = "moot"


@operation("declarations.people_merged", roles=FOLLOWERS, nationwide=True)
def repoint_person(order: Order, *, from_person: int, to_person: int) -> Done[int]:
    """Follow the merge of two records of one person: what the first declared, holds or objects to is the second's.

    Nobody objects to the own declaration: where both are one human by now, the objection has nothing to object to any more.

    Returns:
        How many declarations it was.

    Raises:
        SosachError: STATE-02 the first record is not merged into the second.
    """
    if not Person.objects.filter(pk=from_person, merged_into_id=to_person).exists():
        raise forbidden("Hai bản ghi dân cư này chưa được gộp.", "The two records of the person are not merged.")
    objected = Objection.objects.filter(person_id=from_person, outcome="").values("declaration_id")
    keys = set(Declaration.objects.filter(person_id=from_person).values_list("pk", flat=True))
    keys |= set(Declaration.objects.filter(holder_id=from_person).values_list("pk", flat=True))
    keys |= set(Declaration.objects.filter(pk__in=objected).values_list("pk", flat=True))
    found = list(Declaration.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    for declaration in found:
        _repoint(order, declaration, from_person, to_person)
    told = [subject(declaration) for declaration in found]
    return Done(len(found), [Subject("person", str(from_person)), *told], {"declarations": len(found)})


@operation("declarations.people_parted", roles=FOLLOWERS, nationwide=True)
def repoint_back(order: Order, *, from_person: int, to_person: int) -> Done[int]:
    """Follow a merge that was undone: what came from the first record goes back to it.

    Returns:
        How many declarations it was.

    Raises:
        SosachError: STATE-02 the first record is still merged into the second.
    """
    if Person.objects.filter(pk=from_person, merged_into_id=to_person).exists():
        raise forbidden("Hai bản ghi dân cư này vẫn đang gộp.", "The two records of the person are still merged.")
    about = {"terms__from": from_person, "terms__to": to_person}
    undone = Note.objects.filter(what=PARTED, **about).values_list("terms__of", flat=True)
    lines = list(Note.objects.filter(what=MERGED, **about).exclude(pk__in=list(undone)).order_by("-pk"))
    keys = {line.declaration_id for line in lines}
    rows = Declaration.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    found = {declaration.pk: declaration for declaration in rows}
    for line in lines:
        _back(order, found[line.declaration_id], line)
    told = [subject(declaration) for declaration in found.values()]
    return Done(len(found), [Subject("person", str(from_person)), *told], {"declarations": len(found)})


def _repoint(order: Order, declaration: Declaration, from_person: int, to_person: int) -> None:
    columns = [name for name in ("person_id", "holder_id") if getattr(declaration, name) == from_person]
    standing = joined(standing_of(declaration), from_person, to_person)
    moved = _move_objections(order, declaration, (from_person, to_person), standing)
    take_over(declaration, standing)
    for name in columns:
        setattr(declaration, name, to_person)
    declaration.version += 1
    declaration.save()
    terms = {"from": from_person, "to": to_person, "columns": columns, "objections": moved}
    note(order, declaration, MERGED, public=False, terms=terms)


def _move_objections(order: Order, declaration: Declaration, people: tuple[int, int], standing: Standing) -> list[int]:
    """Objections of the first record become the second's; the declarant's own and second ones end. Ids of those that moved."""
    gone, kept = people
    open_ones = Objection.objects.filter(declaration=declaration, outcome="")
    is_own = standing.declarant == kept
    ends = open_ones.filter(person_id__in=people) if is_own else open_ones.filter(person_id=gone)
    if not is_own and not open_ones.filter(person_id=kept).exists():
        ends = open_ones.none()
    ends.update(outcome=MOOT, decided_at=order.at, decided_by=order.actor.key)
    moves = list(open_ones.filter(person_id=gone).values_list("pk", flat=True))
    Objection.objects.filter(pk__in=moves).update(person_id=kept)
    return moves


def _back(order: Order, declaration: Declaration, line: Note) -> None:
    terms = line.terms
    for name in terms["columns"]:
        if getattr(declaration, name) == terms["to"]:
            setattr(declaration, name, terms["from"])
    declaration.version += 1
    declaration.save()
    Objection.objects.filter(pk__in=terms["objections"], person_id=terms["to"]).update(person_id=terms["from"])
    note(order, declaration, PARTED, public=False, terms={"from": terms["from"], "to": terms["to"], "of": line.pk})
