"""Reads dataclasses back from the plain data that `dataclasses.asdict` and JSON made of them."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]


def decode(wanted: type[T], data: Any) -> T:
    """An instance of the dataclass `wanted`; unknown keys are ignored, absent ones take their default.

    Raises ValueError or TypeError for data that does not fit the field's types.
    """
    read: Reader = _reader(cast(Hashable, wanted))
    return cast(T, read(data))


@cache
def _reader(wanted: Any) -> Reader:
    """What reads a value of this type: types are looked into once, values at every turn."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if wanted is Any:
        return _as_it_is
    if origin in (Union, UnionType):
        return _optional(arguments)
    if origin is Literal:
        return lambda data: data if data in arguments else _refuse(wanted, data)
    if origin is tuple:
        read_all = _list_reader(wanted, arguments[0])
        return lambda data: tuple(read_all(data))
    if origin is list:
        return _list_reader(wanted, arguments[0])
    if origin is dict:
        return _dict_reader(wanted, arguments[1])
    if is_dataclass(wanted):
        return _dataclass_reader(wanted)
    if wanted is float:
        return lambda data: _refuse(wanted, data) if not _is_number(data) else float(data)
    return lambda data: data if isinstance(data, wanted) else _refuse(wanted, data)


def _as_it_is(data: Any) -> Any:
    return data


def _optional(options: tuple[Any, ...]) -> Reader:
    (option,) = (option for option in options if option is not type(None))
    read = _reader(option)
    return lambda data: None if data is None else read(data)


def _list_reader(wanted: Any, item: Any) -> Reader:
    read = _reader(item)
    return lambda data: [read(one) for one in data] if isinstance(data, list) else _refuse(wanted, data)


def _dict_reader(wanted: Any, value: Any) -> Reader:
    read = _reader(value)

    def read_dict(data: Any) -> dict[Any, Any]:
        pairs = _mapping(wanted, data)
        return dict(pairs) if read is _as_it_is else {key: read(item) for key, item in pairs.items()}

    return read_dict


def _dataclass_reader(wanted: Any) -> Reader:
    hints = get_type_hints(wanted)
    readers = {field.name: _reader(hints[field.name]) for field in fields(wanted)}

    def read_dataclass(data: Any) -> Any:
        given = _mapping(wanted, data)
        return wanted(**{name: read(given[name]) for name, read in readers.items() if name in given})

    return read_dataclass


def _mapping(wanted: Any, data: Any) -> Mapping[Any, Any]:
    return data if isinstance(data, Mapping) else _refuse(wanted, data)


def _is_number(data: Any) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool)


def _refuse(wanted: Any, data: Any) -> Any:
    raise ValueError(f"{type(data).__name__} is no {wanted}")
