"""The form of a partner's own numbers for people: nothing of the person is in them."""

# Without 0, 1, I, L, O, U: read aloud without mistakes, and no run of digits to take for a PIN.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16


def looks_like_pseudonym(text: str) -> bool:
    """Whether a text has the form.

    >>> looks_like_pseudonym("7KQ2M9XBT4HWDGPC"), looks_like_pseudonym("038095001234")
    (True, False)
    """
    return len(text) == LENGTH and not set(text) - set(LETTERS)
