from __future__ import annotations

import json
from pathlib import Path as File
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain.anchoring.merkle import InvalidPath, Path, Tree, leaf_hash, node_hash

VECTORS = File(__file__).parents[2] / "vectors" / "rfc6962"
TREES = json.loads((VECTORS / "trees.json").read_text())
INCLUSION = json.loads((VECTORS / "inclusion.json").read_text())

ENTRIES = st.lists(st.binary(max_size=64), min_size=1, max_size=70)
HASHES = st.binary(min_size=32, max_size=32)


def _published(size: int) -> Tree:
    return Tree.of(leaf_hash(bytes.fromhex(entry)) for entry in TREES["leaves"][:size])


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert _published(size).root.hex() == TREES["roots"][size]
    assert _published(size).size == size


def test_every_node_is_the_published_one() -> None:
    assert [[node.hex() for node in level] for level in _published(8).levels] == TREES["nodes"]


def test_leaves_and_nodes_are_hashed_as_published() -> None:
    leaf, node = TREES["hashes"]
    assert leaf_hash(bytes.fromhex(leaf["leaf"])).hex() == leaf["hash"]
    left, right = bytes.fromhex(node["left"]), bytes.fromhex(node["right"])
    assert node_hash(left, right).hex() == node["hash"]


@pytest.mark.parametrize("case", INCLUSION, ids=lambda case: str(case["name"]))
def test_paths_are_judged_as_published(case: dict[str, Any]) -> None:
    path = Path(case["index"], case["size"], tuple(map(bytes.fromhex, case["path"])))
    try:
        root = path.root(bytes.fromhex(case["leaf"])).hex()
    except InvalidPath:
        root = None
    assert (root == case["root"]) is case["valid"]


def _root_by_the_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(
        _root_by_the_definition(leaves[:split]), _root_by_the_definition(leaves[split:])
    )


@given(ENTRIES)
def test_the_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    leaves = list(map(leaf_hash, entries))
    assert Tree.of(leaves).root == _root_by_the_definition(leaves)


@given(ENTRIES)
def test_every_leaf_has_a_path_to_the_root(entries: list[bytes]) -> None:
    tree = Tree.of(map(leaf_hash, entries))
    for index, entry in enumerate(entries):
        path = tree.path(index)
        assert path.root(leaf_hash(entry)) == tree.root
        assert len(path.siblings) <= (tree.size - 1).bit_length()


@given(ENTRIES, st.binary(max_size=64), st.data())
def test_what_is_no_leaf_has_no_path(entries: list[bytes], other: bytes, data: Any) -> None:
    tree = Tree.of(map(leaf_hash, entries))
    index = data.draw(st.integers(0, tree.size - 1))
    if other != entries[index]:
        assert tree.path(index).root(leaf_hash(other)) != tree.root


@given(st.lists(st.binary(max_size=64), min_size=2, max_size=70), st.data())
def test_an_inner_node_never_passes_for_a_leaf(entries: list[bytes], data: Any) -> None:
    tree = Tree.of(map(leaf_hash, entries))
    index = data.draw(st.integers(0, tree.size - 1))
    path = tree.path(index)
    leaf = tree.levels[0][index]
    sibling = path.siblings[0]
    children = leaf + sibling, sibling + leaf
    for entry in children:  # a document made of what an inner node is made of
        for shorter in (path, Path(index >> 1, (tree.size + 1) >> 1, path.siblings[1:])):
            try:
                assert shorter.root(leaf_hash(entry)) != tree.root
            except InvalidPath:
                assert shorter is not path


@given(ENTRIES, st.data())
def test_a_path_with_anything_changed_leads_elsewhere(entries: list[bytes], data: Any) -> None:
    tree = Tree.of(map(leaf_hash, entries))
    index = data.draw(st.integers(0, tree.size - 1))
    path, leaf = tree.path(index), tree.levels[0][index]
    siblings = list(path.siblings)
    match data.draw(st.sampled_from(["drop", "add", "alter"])):
        case "drop" if siblings:
            siblings.pop(data.draw(st.integers(0, len(siblings) - 1)))
        case "alter" if siblings:
            at = data.draw(st.integers(0, len(siblings) - 1))
            siblings[at] = bytes((siblings[at][0] ^ 1,)) + siblings[at][1:]
        case _:
            siblings.insert(data.draw(st.integers(0, len(siblings))), data.draw(HASHES))
    try:
        assert Path(path.index, path.size, tuple(siblings)).root(leaf) != tree.root
    except InvalidPath:
        assert len(siblings) != len(path.siblings)


@given(ENTRIES)
def test_the_order_of_leaves_is_in_the_root(entries: list[bytes]) -> None:
    leaves = list(map(leaf_hash, entries))
    same = leaves == leaves[::-1]
    assert (Tree.of(leaves).root == Tree.of(leaves[::-1]).root) is same


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (Path(1, 1, ()), "no leaf has the index 1 in a tree of 1"),
        (Path(-1, 1, ()), "no leaf has the index"),
        (Path(0, 0, ()), "no leaf has the index"),
        (Path(0, (1 << 63) + 1, ()), "no leaf has the index"),
        (Path(0, 2, (b"short",)), "not of 32 bytes"),
        (Path(0, 1, (bytes(32),)), "longer than the tree is high"),
        (Path(0, 2, ()), "ends below the root"),
    ],
)
def test_a_path_of_no_tree_is_refused_with_the_reason(path: Path, says: str) -> None:
    with pytest.raises(InvalidPath, match=says):
        path.root(bytes(32))


def test_a_tree_of_what_are_no_hashes_is_refused() -> None:
    with pytest.raises(InvalidPath, match="32 bytes"):
        Tree.of([b"short"])


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_path_to_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(InvalidPath, match="in a tree of 3"):
        _published(3).path(index)
