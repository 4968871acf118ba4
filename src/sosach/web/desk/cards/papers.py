"""The numbered papers of an application, for officers."""

from django.http import HttpRequest, HttpResponse

from sosach.domain.idcards.queries.papers import paper_seen
from sosach.web.desk.cards.words import APPROVERS, CLERKS, PURPOSE
from sosach.web.frame.card_papers import paper_answer
from sosach.web.frame.pages import look, officer_page


@officer_page(roles=CLERKS | APPROVERS)
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A paper to print."""
    return paper_answer(paper_seen(look(request, PURPOSE), paper_id=paper_id))
