"""What the dictionaries remark about single values, given to every row that holds the value."""

from sosach.base.registers import Register
from sosach.engine.standardise.fields import FieldSpec
from sosach.engine.standardise.kinds import over


def field_findings_sql(register: Register, specs: tuple[FieldSpec, ...]) -> str:
    """Findings of single values, given to each row that holds the value."""
    parts = []
    for spec in specs:
        given = f'w."{spec.column}"'
        value = over(spec.through, given)
        parts.append(
            f"SELECT w.row, d.f.code AS code, '{spec.column}' AS field, {given} AS value, "
            f"d.f.proposed AS proposed, NULL::VARCHAR AS other FROM given_{register} w JOIN "
            f"(SELECT raw, unnest(findings) AS f FROM dict_{spec.kind} WHERE len(findings) > 0) d ON d.raw = {value}"
        )
    return " UNION ALL ".join(parts)
