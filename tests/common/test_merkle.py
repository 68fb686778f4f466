"""The log's Merkle tree against the vectors of certificate transparency, a plain reference, and forgeries."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.common.seals import merkle

LEAVES = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The reference vectors of the certificate-transparency project, trees of one leaf to eight."""

HASHES = [merkle.leaf_hash(each) for each in LEAVES]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_vectors(size: int) -> None:
    assert merkle.root_of(HASHES[:size]).hex() == ROOTS[size - 1]


def test_a_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert merkle.root_of([]) == sha256(b"").digest()


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            1,
            5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_inclusion_proofs_are_those_of_the_reference_vectors(index: int, size: int, proof: list[str]) -> None:
    found = merkle.inclusion(HASHES[:size], index)

    assert [each.hex() for each in found] == proof
    assert merkle.is_included(HASHES[index], index, size, found, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(
    ("old", "size", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_consistency_proofs_are_those_of_the_reference_vectors(old: int, size: int, proof: list[str]) -> None:
    found = merkle.consistency(HASHES[:size], old)

    assert [each.hex() for each in found] == proof
    assert merkle.is_consistent(old, bytes.fromhex(ROOTS[old - 1]), size, bytes.fromhex(ROOTS[size - 1]), found)


def plain_root(leaves: list[bytes]) -> bytes:
    """The root by the words of RFC 6962, section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


logs = st.lists(st.binary(max_size=4), min_size=1, max_size=70).map(lambda each: [merkle.leaf_hash(d) for d in each])


@given(logs, st.data())
def test_every_leaf_and_every_beginning_can_be_proven(leaves: list[bytes], data: st.DataObject) -> None:
    size = len(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    root, old_root = plain_root(leaves), plain_root(leaves[:old])

    assert merkle.root_of(leaves) == root
    assert merkle.Frontier.of(leaves[:old]).with_leaves(leaves[old:]) == merkle.Frontier.of(leaves)
    assert merkle.is_included(leaves[index], index, size, merkle.inclusion(leaves, index), root)
    assert merkle.is_consistent(old, old_root, size, root, merkle.consistency(leaves, old))


@given(logs, st.data())
def test_nothing_else_can_be_proven(leaves: list[bytes], data: st.DataObject) -> None:
    size = len(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    proof, change = list(merkle.inclusion(leaves, index)), merkle.leaf_hash(b"another")
    root, old_root, steps = plain_root(leaves), plain_root(leaves[:old]), merkle.consistency(leaves, old)
    forged = [*leaves[: old - 1], change, *leaves[old:]]

    assert not merkle.is_included(change, index, size, proof, root)
    assert not merkle.is_included(leaves[index], index, size, [*proof, change], root)
    assert not merkle.is_included(leaves[index], index, size + size, proof, root)
    assert not merkle.is_consistent(old, plain_root(forged[:old]), size, root, steps)
    assert not merkle.is_consistent(old, old_root, size, plain_root(forged), steps)
    for number in range(len(steps)):
        wrong = [*steps[:number], change, *steps[number + 1 :]]
        assert not merkle.is_consistent(old, old_root, size, root, wrong)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion(HASHES[:size], index)
    assert not merkle.is_included(HASHES[0], index, size, [], HASHES[0])


def test_a_tree_is_no_beginning_of_a_smaller_one() -> None:
    with pytest.raises(IndexError):
        merkle.consistency(HASHES[:3], 4)
    assert not merkle.is_consistent(4, merkle.root_of(HASHES[:4]), 3, merkle.root_of(HASHES[:3]), [])
