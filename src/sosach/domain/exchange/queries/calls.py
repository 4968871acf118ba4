"""How the line to the other level fares. Nothing here is about people."""

from sosach.domain.exchange.models.calls import Contact


def contact_of(link: str) -> Contact:
    """The last contact with the other side of a link; an empty one where there was none yet."""
    return Contact.objects.filter(link=link).first() or Contact(link=link)
