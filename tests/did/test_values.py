from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
import typing
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

import pytest

from did.values import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Point:
    KIND: ClassVar[str] = "point"

    x: int
    y: int = 0
    notes: list[str] = field(default_factory=list, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Named(Point):
    name: str = ""
    made: int = field(default=7, init=False)
    strict: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Even:
    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError("odd")


@dataclass(frozen=True, slots=True, eq=False)
class Single:
    number: int


@dataclass(frozen=True, slots=True, repr=False)
class Quiet:
    number: int


@dataclass(slots=True)
class Tally:
    count: int = 0


@dataclass(frozen=True, slots=True)
class Folded:
    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Folded) and self.text.lower() == other.text.lower()

    def __hash__(self) -> int:
        return hash(self.text.lower())


@dataclass(frozen=True, slots=True)
class Members(Mapping[str, int]):
    held: dict[str, int]

    def __getitem__(self, name: str) -> int:
        return self.held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)


@dataclasses.dataclass(frozen=True, slots=True)
class TheirPoint:
    KIND: ClassVar[str] = "point"

    x: int
    y: int = 0
    notes: list[str] = dataclasses.field(default_factory=list, compare=False, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class TheirNamed(TheirPoint):
    name: str = ""
    made: int = dataclasses.field(default=7, init=False)
    strict: bool = dataclasses.field(default=True, kw_only=True)


@dataclasses.dataclass(frozen=True, slots=True)
class TheirNothing:
    pass


@dataclasses.dataclass(slots=True)
class TheirTally:
    count: int = 0


PAIRS: Final[tuple[tuple[Any, Any, dict[str, Any]], ...]] = (
    (Point, TheirPoint, {"x": 1}),
    (Named, TheirNamed, {"x": 1, "y": 2, "name": "a", "strict": False}),
    (Nothing, TheirNothing, {}),
    (Tally, TheirTally, {"count": 3}),
)
pairs = pytest.mark.parametrize(("ours", "theirs", "arguments"), PAIRS)


@pairs
def test_a_value_is_shown_as_the_library_would(
    ours: Any, theirs: Any, arguments: dict[str, Any]
) -> None:
    shown = repr(theirs(**arguments)).replace("Their", "")
    assert repr(ours(**arguments)) == shown


@pairs
def test_a_class_takes_the_arguments_that_the_library_would_give_it(
    ours: Any, theirs: Any, arguments: dict[str, Any]
) -> None:
    def told(kind: Any) -> list[tuple[str, Any]]:
        found = inspect.signature(kind).parameters.values()
        return [(one.name, one.kind) for one in found]

    assert told(ours) == told(theirs)
    assert ours.__match_args__ == theirs.__match_args__
    assert dataclasses.astuple(ours(**arguments)) == dataclasses.astuple(theirs(**arguments))


@pairs
def test_a_class_has_the_slots_and_the_fields_that_the_library_would_give_it(
    ours: Any, theirs: Any, arguments: dict[str, Any]
) -> None:
    def told(kind: Any) -> list[Any]:
        return [
            (one.name, one.type, one.init, one.repr, one.compare, one.kw_only, one.default)
            for one in dataclasses.fields(kind)
        ]

    assert ours.__slots__ == theirs.__slots__
    assert not hasattr(ours(**arguments), "__dict__")
    assert told(ours) == told(theirs)
    assert repr(ours.__dataclass_params__) == repr(theirs.__dataclass_params__)
    assert typing.get_type_hints(ours) == typing.get_type_hints(theirs)
    assert typing.get_type_hints(ours.__init__) == typing.get_type_hints(theirs.__init__)


@pairs
def test_values_are_equal_and_hashed_as_the_library_would_have_it(
    ours: Any, theirs: Any, arguments: dict[str, Any]
) -> None:
    one, same = ours(**arguments), ours(**arguments)
    assert one == same
    assert one != theirs(**arguments)
    if theirs.__hash__ is None:
        assert ours.__hash__ is None
    else:
        assert hash(one) == hash(same) == hash(theirs(**arguments))


def test_values_that_differ_in_what_is_compared_are_not_equal() -> None:
    assert Point(1, 2) != Point(1, 3)
    assert Point(1, 2, ["a"]) == Point(1, 2, ["b"])
    assert Point(1) != Named(1)
    assert Nothing() == Nothing()


def test_a_default_that_is_made_is_made_anew_for_each_value() -> None:
    assert Point(1).notes == []
    assert Point(1).notes is not Point(1).notes


def test_a_value_takes_no_change() -> None:
    for name in ("x", "unheard_of"):
        with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field"):
            setattr(Point(1), name, 2)
        with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field"):
            delattr(Point(1), name)


def test_one_that_is_not_frozen_takes_changes() -> None:
    tally = Tally()
    tally.count += 2
    assert tally == Tally(2)


def test_a_value_can_check_itself() -> None:
    assert Even(2).number == 2
    with pytest.raises(ValueError, match="odd"):
        Even(3)


def test_a_value_may_be_equal_to_nothing_but_itself() -> None:
    one = Single(1)
    assert one == one  # noqa: PLR0124 - that is what is asked
    assert one != Single(1)


def test_a_value_may_have_a_form_and_an_equality_of_its_own() -> None:
    assert "number" not in repr(Quiet(1))
    assert Folded("A") == Folded("a")
    assert len({Folded("A"), Folded("a")}) == 1


def test_a_value_may_be_of_an_abstract_class() -> None:
    assert dict(Members({"a": 1})) == {"a": 1}


def test_a_value_that_holds_itself_can_be_shown() -> None:
    held: dict[str, Any] = {}
    members = Members(held)
    held["self"] = members
    assert "..." in repr(members)


def test_a_value_is_replaced_copied_and_pickled() -> None:
    point = Named(1, 2, ["a"], name="b", strict=False)
    assert replace(point, y=5) == Named(1, 5, ["a"], name="b", strict=False)
    assert dataclasses.replace(point, y=5) == replace(point, y=5)
    assert copy.copy(point) == copy.deepcopy(point) == point
    assert pickle.loads(pickle.dumps(point)) == point  # noqa: S301 - made a moment ago
    assert dataclasses.asdict(point)["notes"] == ["a"]


def test_a_value_is_matched_by_place() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_the_librarys_own_classes_can_be_made_of_a_value() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Solid(Point):
        z: int = 3

    assert repr(Solid(1, 2)).endswith("Solid(x=1, y=2, z=3)")


def test_refuses_a_class_without_slots() -> None:
    with pytest.raises(TypeError, match="slots"):
        dataclass(slots=False)


def test_the_values_of_a_verification_load_no_compiler_of_the_library() -> None:
    program = "import sys, wallet.verify.pipeline; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True
    )
    assert {"dataclasses", "inspect", "ast"}.isdisjoint(loaded.stdout.split())
