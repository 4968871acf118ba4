"""The registers of record, as one list for whoever works on all of them."""

from sosach.domain.licences.operations.register import REGISTER as LICENCES
from sosach.domain.population.operations.register import REGISTER as POPULATION
from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES

REGISTERS = (POPULATION, VEHICLES, LICENCES)
