"""What approving a declaration may be told besides: the terms a procedure of a register needs and no citizen can know."""

# What `approve` may be told besides, by name: for which kinds, and what it means.
TERMS: dict[str, str] = {
    "papers": "vehicle_broken, vehicle_over_age, vehicle_scrapped: handed_in or lost; left out: nothing handed in yet",
    "withdrawal_certificate": "vehicle_bought_with_papers, vehicle_inherited: number of form ĐKX07 where it was withdrawn before",
    "number": "changes of owner: one of the new owner's kept numbers",
    "transport_business": "changes of owner: true for a yellow plate",
    "serial": "licence_paper_to_pet: printed number of the plastic card",
    "choices": "licence_paper_to_pet: old class → new one where the law leaves a choice",
    "exams": "licence_paper_to_pet: parts of the test passed for expired classes (theory, practice)",
    "health_check": "licence_paper_to_pet: number of the health certificate where classes have an end",
    "ledger": "licence_not_in_system: volume and page of the former department's ledger",
    "value": "…_data_wrong: the right value as the register writes it, where it differs from what was typed",
}
