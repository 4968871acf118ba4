"""What a partner is told, as JSON has it: values are plain already, what is withheld is named with its class."""

from typing import Any

from sosach.base.sensitivity import Withheld


def told(value: Any) -> Any:
    """The answer of `disclose`, `confirm` or `find_by`.

    >>> from sosach.base.sensitivity import Sensitivity
    >>> told([{"full_name": "Nguyễn Văn Thử", "religion": Withheld(Sensitivity.SENSITIVE)}])
    [{'full_name': 'Nguyễn Văn Thử', 'religion': {'withheld': 'sensitive'}}]
    """
    if isinstance(value, Withheld):
        return {"withheld": str(value.sensitivity)}
    if isinstance(value, dict):
        return {name: told(one) for name, one in value.items()}
    return [told(one) for one in value] if isinstance(value, list) else value
