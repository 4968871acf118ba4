"""What all registers have in common: where values come from, what was raised about a record, who decided what."""

from typing import Any

from ninja import Router

from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.provenance.models import RefusedRow
from sosach.domain.provenance.operations.judging import (
    accept_finding,
    decide,
    dismiss_finding,
    judge_candidate,
    judge_duplicate,
    propose,
    take_back,
)
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.queries.looks import column_history, full_history, origins, raised_about, refused_rows
from sosach.domain.provenance.rules import rights
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES
from sosach.web.api.paging import Paged
from sosach.web.api.routes import Doing, Looking, register

router = Router(tags=["Provenance"])


def _rows_ended(page: tuple[RefusedRow, ...], limit: int) -> Any:
    return page[-1].pk if len(page) == limit else None


ROWS = Paged(RefusedRow, "after", _rows_ended, lambda place: place)


def _looks(folder: str, kind: str, known: Register) -> tuple[Looking, ...]:
    """Where the values of a record come from, and what was raised about it."""
    record, name, model = f"/{folder}/{{{kind}}}", kind.title(), {"model": known.model}
    told: dict[str, Any] = {"fixed": model, "renamed": {kind: "record_id"}, "roles": rights.READERS[known.name]}
    return (
        Looking(f"{record}/origins", origins, name=f"{name}Origins", **told),
        Looking(f"{record}/history", column_history, name=f"{name}History", **told),
        Looking(f"{record}/journal", full_history, name=f"{name}Journal", **told),
        Looking(f"{record}/raised", raised_about, name=f"{name}Raised", **told),
        Looking(
            f"/{folder}/refused-rows",
            refused_rows,
            fixed={"register": known.name},
            paged=ROWS,
            name=f"{name}RefusedRows",
            roles=rights.WORKERS[known.name],
        ),
    )


def _decisions(folder: str, kind: str, known: Register) -> tuple[Doing, ...]:
    """What can be decided about a record, each of it to be taken back."""
    record, name, which = f"/{folder}/{{{kind}}}", kind.title(), {"register": known}
    of_record: dict[str, Any] = {"fixed": which, "renamed": {kind: "record_id"}}
    propose_it: dict[str, Any] = {"roles": rights.PROPOSERS[known.name], **of_record}
    judging: dict[str, Any] = {"fixed": which, "roles": rights.JUDGES[known.name]}
    alone = {"fixed": {**which, "proposed_by": ""}}  # nobody says of another that he proposed it
    correcting: dict[str, Any] = {"fixed": which, "roles": known.correctors}
    return (
        Doing(f"{record}/proposals", propose, name=f"{name}Propose", **propose_it),
        Doing(f"/{folder}/proposals/{{proposal}}/decision", decide, name=f"{name}Decide", **correcting),
        Doing(f"/{folder}/findings/{{finding}}/acceptance", accept_finding, name=f"{name}AcceptFinding", **correcting),
        Doing(f"/{folder}/findings/{{finding}}/dismissal", dismiss_finding, name=f"{name}DismissFinding", **judging),
        Doing(
            f"/{folder}/candidates/{{candidate}}/judgement",
            judge_candidate,
            name=f"{name}JudgeCandidate",
            **judging | alone,
        ),
        Doing(
            f"/{folder}/duplicates/{{duplicate}}/judgement", judge_duplicate, name=f"{name}JudgeDuplicate", **judging
        ),
        Doing(
            f"{record}/judgements/{{entry}}/retraction",
            take_back,
            name=f"{name}TakeJudgementBack",
            **of_record | judging | alone,
        ),
    )


for _folder, _kind, _known in (
    ("persons", "person", POPULATION),
    ("vehicles", "vehicle", VEHICLES),
    ("licences", "licence", LICENCES),
):
    register(router, (*_looks(_folder, _kind, _known), *_decisions(_folder, _kind, _known)))
