"""Word lists the synthetic people, streets and firms are named from: common Vietnamese words, no real person's name."""


def listed(text: str, separator: str | None = None) -> tuple[str, ...]:
    """The words of a list written as running text, each once, in order.

    >>> listed("Lan Huệ Lan")
    ('Lan', 'Huệ')
    """
    return tuple(dict.fromkeys(text.split(separator)))
