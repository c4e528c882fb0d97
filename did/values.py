"""`dataclass` for values with slots: what the standard library makes of a class, only sooner.

The library compiles up to ten functions for each class, and loads `inspect` and `ast` beside: for
the values that a verification is made of, a third of the time of a command. Here one function is
compiled, `__init__`, and the others are closures. The library's own `fields`, `asdict` and
`replace` take such a value for one of theirs: what they look for is worked out when they do.
"""

from __future__ import annotations

import sys
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from dataclasses import dataclass, field, replace

__all__ = ["dataclass", "field", "replace"]

_MISSING: Final[Any] = object()
_FIELDS: Final = "__value_fields__"


class _Field:
    """What is said of one field, as to `dataclasses.field`."""

    __slots__ = ("compare", "default", "default_factory", "hash", "init", "kw_only", "repr", "type")

    def __init__(
        self,
        *,
        default: Any = _MISSING,
        default_factory: Any = _MISSING,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - the library's word, as below
        hash: bool | None = None,  # noqa: A002
        compare: bool = True,
        kw_only: bool = False,
    ) -> None:
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.hash = compare if hash is None else hash
        self.compare = compare
        self.kw_only = kw_only
        self.type = ""

    @property
    def settings(self) -> dict[str, Any]:
        """What `dataclasses.field` is to be told."""
        names = (name for name in self.__slots__ if name != "type")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not _MISSING}


class _Standard:
    """An attribute that the library looks for, worked out when it does."""

    __slots__ = ("_find", "_name")

    def __init__(self, name: str, find: Callable[[], type]) -> None:
        self._name: Final = name
        self._find: Final = find

    def __get__(self, _instance: object, _owner: type) -> Any:
        return getattr(self._find(), self._name)


if not TYPE_CHECKING:  # to a type checker they are the library's

    def dataclass(
        *,
        slots: bool,
        frozen: bool = False,
        eq: bool = True,
        repr: bool = True,  # noqa: A002
    ) -> Callable[[type], type]:
        """As `dataclasses.dataclass`. `slots` must be true, and annotations be postponed."""
        if not slots:
            raise TypeError("a value has slots")
        return lambda given: _made(given, frozen=frozen, eq=eq, shown=repr)

    field = _Field

    def replace(value: Any, /, **changes: Any) -> Any:
        """As `dataclasses.replace`, for such values alone."""
        for name, one in getattr(value, _FIELDS).items():
            if one.init and name not in changes:
                changes[name] = getattr(value, name)
        return type(value)(**changes)


def _made(given: type, *, frozen: bool, eq: bool, shown: bool) -> type:
    """The class anew, for slots cannot be added to one that is made."""
    fields: dict[str, _Field] = {}
    for base in reversed(given.__mro__[1:]):
        fields |= vars(base).get(_FIELDS, {})
    fields |= _own_fields(given)
    left_out = {*fields, "__dict__", "__weakref__"}
    members = {name: member for name, member in vars(given).items() if name not in left_out}
    taken = {slot for base in given.__mro__[1:] for slot in vars(base).get("__slots__", ())}
    members["__slots__"] = tuple(name for name in fields if name not in taken)
    members[_FIELDS] = fields
    positional = tuple(name for name, one in fields.items() if one.init and not one.kw_only)
    members.setdefault("__match_args__", positional)
    made = type(given)(given.__name__, given.__bases__, members)
    made.__qualname__ = given.__qualname__
    functions: dict[str, Any] = {"__init__": _initializer(made, fields)}
    if shown:
        functions["__repr__"] = _representation(fields)
    if eq:
        functions |= _comparison(fields, frozen=frozen)
    if frozen:
        functions |= _freezing(made, fields)
    for name, function in functions.items():
        if name not in members or members[name] is None:
            if function is not None:
                function.__qualname__ = f"{made.__qualname__}.{name}"
            setattr(made, name, function)
    _introduce(made, fields, frozen=frozen, eq=eq, shown=shown)
    return made


def _own_fields(given: type) -> dict[str, _Field]:
    fields = {}
    for name, annotation in vars(given).get("__annotations__", {}).items():
        if annotation.startswith("ClassVar"):
            continue
        default = vars(given).get(name, _MISSING)
        one = default if isinstance(default, _Field) else _Field(default=default)
        one.type = annotation
        fields[name] = one
    return fields


def _initializer(made: type, fields: Mapping[str, _Field]) -> Callable[..., None]:
    """Compiled, for it is called most; it sets the slots themselves, frozen or not."""
    known: dict[str, Any] = {}
    positional, by_keyword, body = ["self"], ["*"], []
    for name, one in fields.items():
        known[f"set_{name}"] = getattr(made, name).__set__
        value = name
        if one.default_factory is not _MISSING:
            known[f"make_{name}"] = one.default_factory
            known["MISSING"] = _MISSING
            value = f"make_{name}()"
            if one.init:
                value = f"{value} if {name} is MISSING else {name}"
                known[f"default_{name}"] = _MISSING
        elif one.default is not _MISSING:
            known[f"default_{name}"] = one.default
            value = name if one.init else f"default_{name}"
        if one.init:
            default = f"=default_{name}" if f"default_{name}" in known else ""
            (by_keyword if one.kw_only else positional).append(f"{name}{default}")
        if one.init or value != name:
            body.append(f"set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ", ".join((*positional, *(by_keyword if len(by_keyword) > 1 else ())))
    text = (
        f"def create({', '.join(known)}):\n def __init__({parameters}):\n  "
        + "\n  ".join(body or ["pass"])
        + "\n return __init__"
    )
    found: dict[str, Any] = {}
    exec(text, vars(sys.modules[made.__module__]), found)  # noqa: S102 - of names and no values
    function: Callable[..., None] = found["create"](**known)
    function.__annotations__ = {n: one.type for n, one in fields.items() if one.init}
    function.__annotations__["return"] = None
    return function


def _key(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """What of a value is compared, together."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _representation(fields: Mapping[str, _Field]) -> Callable[..., Any]:
    names = tuple(name for name, one in fields.items() if one.repr)

    @recursive_repr()
    def __repr__(self: Any) -> str:  # noqa: N807 - becomes a member, as those below
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    return __repr__


def _comparison(fields: Mapping[str, _Field], *, frozen: bool) -> dict[str, Any]:
    compared = _key(tuple(name for name, one in fields.items() if one.compare))

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807
        if other.__class__ is self.__class__:
            return bool(compared(self) == compared(other))
        return NotImplemented

    if not frozen:
        return {"__eq__": __eq__, "__hash__": None}
    hashed = _key(tuple(name for name, one in fields.items() if one.hash))

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(hashed(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _freezing(made: type, fields: Mapping[str, _Field]) -> dict[str, Callable[..., Any]]:
    """What refuses a change, and what a pickle, which makes a value without `__init__`, needs."""
    setters = tuple(getattr(made, name).__set__ for name in fields)

    def __setattr__(self: Any, name: str, value: object) -> None:  # noqa: N807
        if type(self) is made or name in fields:
            _refuse("assign to", name)
        object.__setattr__(self, name, value)

    def __delattr__(self: Any, name: str) -> None:  # noqa: N807
        if type(self) is made or name in fields:
            _refuse("delete", name)
        object.__delattr__(self, name)

    def __getstate__(self: Any) -> list[Any]:  # noqa: N807
        return [getattr(self, name) for name in fields]

    def __setstate__(self: Any, state: list[Any]) -> None:  # noqa: N807
        for setter, value in zip(setters, state, strict=True):
            setter(self, value)

    return {
        "__setattr__": __setattr__,
        "__delattr__": __delattr__,
        "__getstate__": __getstate__,
        "__setstate__": __setstate__,
    }


def _refuse(what: str, name: str) -> NoReturn:
    # Deferred, as below: nobody who keeps to the rules meets it.
    from dataclasses import FrozenInstanceError  # noqa: PLC0415

    raise FrozenInstanceError(f"cannot {what} field {name!r}")


def _introduce(
    made: type, fields: Mapping[str, _Field], *, frozen: bool, eq: bool, shown: bool
) -> None:
    """Let the library's own functions find what they look for, once they look."""

    def twin() -> type:
        import dataclasses  # noqa: PLC0415

        described = [
            (name, one.type, dataclasses.field(**one.settings)) for name, one in fields.items()
        ]
        found = dataclasses.make_dataclass(
            made.__name__, described, frozen=frozen, eq=eq, repr=shown, slots=True
        )
        for name in attributes:
            setattr(made, name, getattr(found, name))
        return found

    attributes = ("__dataclass_fields__", "__dataclass_params__")
    for name in attributes:
        setattr(made, name, _Standard(name, twin))
