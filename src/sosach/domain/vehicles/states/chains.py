"""The way of a vehicle through many hands: from the registered owner over declared sales to whoever uses it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale, gift or inheritance somebody declared; a claim.

    Attributes:
        entry: entry of the journal that holds the claim.
        seller: party key (`person:12`, `organisation:…`, `name:…`).
        buyer: party key.
        on: day of the paper, if any.
        paper: kind and number of the paper; "" when there is none.
    """

    entry: int
    seller: str
    buyer: str
    on: date | None
    paper: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The hands a vehicle went through, as far as told.

    Attributes:
        parties: from the registered owner on.
        missing_after: the earliest party of whom no paper tells to whom the vehicle went; None when the chain reaches the user.
        user: who uses it now; None when nobody said.
    """

    parties: tuple[str, ...]
    missing_after: str | None
    user: str | None

    @property
    def is_complete(self) -> bool:
        """Whether papers lead from the registered owner to the user."""
        return self.missing_after is None


def chain(registered: str, sales: Sequence[Sale], user: str | None) -> Chain:
    """Follow declared sales from the last registered owner; each holder's last declared sale counts.

    >>> chain("person:1", [Sale(1, "person:1", "person:2", None, "HĐ 7"), Sale(2, "person:2", "person:3", None, "")], "person:3")
    Chain(parties=('person:1', 'person:2', 'person:3'), missing_after='person:2', user='person:3')
    """
    onward = {sale.seller: sale for sale in sales}
    parties, missing = [registered], None
    while (sale := onward.get(parties[-1])) is not None and sale.buyer not in parties:
        if not sale.paper and missing is None:
            missing = sale.seller
        parties.append(sale.buyer)
    if user is not None and user != parties[-1]:
        missing = missing or parties[-1]
        if user not in parties:
            parties.append(user)
    return Chain(tuple(parties), missing, user)
