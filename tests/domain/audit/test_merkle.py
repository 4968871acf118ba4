"""The tree against its definition by halves (RFC 9162, 2.1.1), for every size and place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.domain.audit.rules.merkle import (
    EMPTY,
    GrowingTree,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_by_proof,
    root_of,
)


def by_halves(leaves: list[bytes]) -> bytes:
    """The definition of the standard, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(by_halves(leaves[:half]), by_halves(leaves[half:]))


def some(count: int) -> list[bytes]:
    return [leaf_hash(bytes([at % 256, at // 256])) for at in range(count)]


@pytest.mark.parametrize("count", [*range(34), 63, 64, 65, 257])
def test_every_way_to_the_root_agrees_with_the_definition(count: int) -> None:
    leaves, tree = some(count), GrowingTree()
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root() == root_of(leaves) == by_halves(leaves)
    assert GrowingTree(tree.size, tree.peaks).root() == tree.root()


@given(count=st.integers(1, 300), data=st.data())
def test_a_proof_leads_to_the_root_and_no_other_leaf_does(count: int, data: st.DataObject) -> None:
    leaves = some(count)
    place = data.draw(st.integers(0, count - 1))
    proof = inclusion_proof(leaves, place)
    assert len(proof) * 32 <= 2048
    assert root_by_proof(leaves[place], place, count, proof) == root_of(leaves)
    assert root_by_proof(leaf_hash(b"another"), place, count, proof) != root_of(leaves)


def test_proofs_of_the_wrong_length_are_refused() -> None:
    leaves = some(5)
    proof = inclusion_proof(leaves, 2)
    for wrong in (proof[:-1], [*proof, EMPTY]):
        with pytest.raises(ValueError, match="proof"):
            root_by_proof(leaves[2], 2, 5, wrong)
    with pytest.raises(ValueError, match="peaks"):
        GrowingTree(3, [EMPTY])
