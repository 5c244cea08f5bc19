"""Classes that are nothing but their fields, like the standard library's dataclasses, at a fraction of their price.

There each class writes and compiles up to six functions when its module is imported, used or not; a command imports a
hundred such classes and makes objects of half of them. Here comparing, hashing and showing are shared functions, and the
one function worth compiling, ``__init__``, is compiled when many objects of its class are made. That a ``frozen`` class
is not written to is checked by mypy and not again at each assignment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")

_NO_DEFAULT: Any = object()
_MADE_ONE_BY_ONE = 30
"""Of a class with no more objects than this nothing is compiled: that would take longer than making them."""


class Field:
    """A field whose default is made anew for each object, or that is not shown."""

    __slots__ = ("default", "default_factory", "repr")

    def __init__(self, default: Any, default_factory: Callable[[], Any] | None, repr: bool) -> None:  # noqa: A002
        self.default = default
        self.default_factory = default_factory
        self.repr = repr

    def made(self, cls: type) -> Any:
        """The value of a field for which none is given. Raises ``TypeError`` where it has no default."""
        if self.default_factory is not None:
            return self.default_factory()
        if self.default is _NO_DEFAULT:
            raise TypeError(f"a field of {cls.__qualname__} is missing")
        return self.default


@overload
def field(*, default: T, repr: bool = True) -> T: ...
@overload
def field(*, default_factory: Callable[[], T], repr: bool = True) -> T: ...
def field(*, default: Any = _NO_DEFAULT, default_factory: Callable[[], Any] | None = None, repr: bool = True) -> Any:  # noqa: A002
    """Say more of a field than its type and default."""
    return Field(default, default_factory, repr)


@dataclass_transform(field_specifiers=(field,))
def dataclass(
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002
    kw_only: bool = False,
) -> Callable[[type[T]], type[T]]:
    """Make a class of its annotated fields. The options mean what they mean in the standard library."""

    def made(written: type[T]) -> type[T]:
        own = {
            name: _with_default(written.__dict__.get(name, _NO_DEFAULT), kw_only)
            for name, annotation in written.__annotations__.items()
            if not annotation.startswith("ClassVar")
        }
        inherited: dict[str, tuple[Field, bool]] = {}
        for base in reversed(written.__mro__[1:]):
            inherited.update(getattr(base, "__fields__", {}))
        fields = {**inherited, **own}
        cls = _slotted(written, own) if slots else written
        for name, member in _members(cls, fields, eq, frozen, repr).items():
            setattr(cls, name, member)
        return cls

    return made


def replace(record: T, **changes: Any) -> T:
    """The same object with other values in some fields."""
    kept: dict[str, Any] = dict(zip(record.__fields__, type(record).__values__(record), strict=True))  # type: ignore[attr-defined]
    return type(record)(**{**kept, **changes})


def asdict(value: Any) -> Any:
    """Plain data for an object: its fields by name, and so on inside."""
    if (fields := getattr(value, "__fields__", None)) is not None:
        return {name: asdict(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        return {key: asdict(one) for key, one in value.items()}
    return [asdict(one) for one in value] if isinstance(value, (list, tuple)) else value


def _with_default(written: Any, kw_only: bool) -> tuple[Field, bool]:
    return (written if isinstance(written, Field) else Field(written, None, repr=True), kw_only)


def _slotted(written: type[T], own: dict[str, Any]) -> type[T]:
    """The class once more, with room for its own fields and no other."""
    members = {name: member for name, member in written.__dict__.items() if name not in own}
    for name in ("__dict__", "__weakref__"):
        members.pop(name, None)
    members["__slots__"] = tuple(own)
    members["__qualname__"] = written.__qualname__
    made: type[T] = type(written.__name__, written.__bases__, members)
    return made


def _members(cls: type, fields: dict[str, tuple[Field, bool]], eq: bool, frozen: bool, shown: bool) -> dict[str, Any]:
    """What is added to a class; what it writes itself stays."""
    values = _values_of(tuple(fields))
    members: dict[str, Any] = {
        "__fields__": fields,
        "__values__": staticmethod(values),
        "__match_args__": tuple(name for name, (_, kw_only) in fields.items() if not kw_only),
        "__init__": _first_init(cls, fields),
    }
    if shown and "__repr__" not in cls.__dict__:
        members["__repr__"] = _shown
    if eq and "__eq__" not in cls.__dict__:

        def same(self: Any, other: Any) -> Any:
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        members["__eq__"] = same
        members["__hash__"] = (lambda self: hash(values(self))) if frozen else None
    return members


def _values_of(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that gives the values of all fields of an object."""
    return attrgetter(*names) if len(names) > 1 else lambda record: tuple(getattr(record, name) for name in names)


def _shown(self: Any) -> str:
    fields = self.__fields__.items()
    inside = ", ".join(f"{name}={getattr(self, name)!r}" for name, (one, _) in fields if one.repr)
    return f"{type(self).__qualname__}({inside})"


def _first_init(cls: type, fields: dict[str, tuple[Field, bool]]) -> Callable[..., None]:
    """An ``__init__`` for the first objects of a class; then it compiles one that is faster, and puts it in its own place."""
    by_place = [name for name, (_, kw_only) in fields.items() if not kw_only]
    left = iter(range(_MADE_ONE_BY_ONE))

    def first(self: Any, *values: Any, **named: Any) -> None:
        given = {**dict(zip(by_place, values, strict=False)), **named}
        if next(left, None) is None or len(given) != len(values) + len(named) or not given.keys() <= fields.keys():
            # what is given too often, or is no field, is refused by the compiled one
            cls.__init__ = _compiled(cls, fields)  # type: ignore[misc]
            cls.__init__(self, *values, **named)  # type: ignore[misc]
            return
        for name, (one, _) in fields.items():
            setattr(self, name, given[name] if name in given else one.made(cls))
        if after := getattr(self, "__post_init__", None):
            after()

    return first


def _compiled(cls: type, fields: dict[str, tuple[Field, bool]]) -> Callable[..., None]:
    known: dict[str, Any] = {"_NO_DEFAULT": _NO_DEFAULT}
    parameters, body = ["self"], []
    for name, (one, kw_only) in sorted(fields.items(), key=lambda item: item[1][1]):
        if kw_only and "*" not in parameters:
            parameters.append("*")
        value, parameter = name, name
        if one.default_factory is not None:
            known[f"_make_{name}"] = one.default_factory
            parameter, value = f"{name}=_NO_DEFAULT", f"_make_{name}() if {name} is _NO_DEFAULT else {name}"
        elif one.default is not _NO_DEFAULT:
            known[f"_default_{name}"] = one.default
            parameter = f"{name}=_default_{name}"
        parameters.append(parameter)
        body.append(f"    self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("    self.__post_init__()")
    source = "\n".join((f"def __init__({', '.join(parameters)}):", *(body or ["    pass"])))
    exec(source, known)  # noqa: S102 - names of fields, which are names of the language
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init
