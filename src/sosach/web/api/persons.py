"""Persons: looked up, read, and everything that happens to one by law."""

from ninja import Router

from sosach.domain.population.operations.births import register_births
from sosach.domain.population.operations.civil import (
    change_name,
    declare_found,
    declare_missing,
    emigrate,
    gain_nationality,
    lose_nationality,
    redetermine_sex,
    register_death,
    return_home,
)
from sosach.domain.population.operations.marriages import adopt, annul_marriage, register_divorce, register_marriage
from sosach.web.api.routes import Doing, Looking, register

router = Router(tags=["Persons"])

TABLE: tuple[Looking | Doing, ...] = (
    Doing("/births", register_births),
    Doing("/persons/{person}/death", register_death),
    Doing("/persons/{person}/missing", declare_missing),
    Doing("/persons/{person}/found", declare_found),
    Doing("/persons/{person}/name", change_name),
    Doing("/persons/{person}/sex", redetermine_sex),
    Doing("/persons/{person}/nationality/gain", gain_nationality),
    Doing("/persons/{person}/nationality/loss", lose_nationality),
    Doing("/persons/{person}/emigration", emigrate),
    Doing("/persons/{person}/return", return_home),
    Doing("/persons/{person}/marriage", register_marriage),
    Doing("/persons/{person}/divorce", register_divorce),
    Doing("/persons/{person}/marriage/annulment", annul_marriage),
    Doing("/persons/{child}/adoption", adopt),
)
register(router, TABLE)
