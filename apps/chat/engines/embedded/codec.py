"""Reads dataclasses back from the plain data that `dataclasses.asdict` and JSON made of them."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def decode(wanted: type[T], data: Any) -> T:
    """An instance of the dataclass `wanted`; unknown keys are ignored, absent ones take their default.

    Raises ValueError or TypeError for data that does not fit the field's types.
    """
    return cast(T, _value(wanted, data))


def _value(wanted: Any, data: Any) -> Any:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if wanted is Any:
        return data
    if origin in (Union, UnionType):
        return _of_union(arguments, data)
    if origin is Literal:
        return _checked(data in arguments, wanted, data)
    if origin is tuple:
        return tuple(_value(arguments[0], item) for item in _checked(isinstance(data, list), wanted, data))
    if origin is list:
        return [_value(arguments[0], item) for item in _checked(isinstance(data, list), wanted, data)]
    if origin is dict:
        pairs = _checked(isinstance(data, Mapping), wanted, data).items()
        return {key: _value(arguments[1], item) for key, item in pairs}
    if is_dataclass(wanted):
        return _instance(wanted, _checked(isinstance(data, Mapping), wanted, data))
    if wanted is float:
        return float(_checked(isinstance(data, int | float) and not isinstance(data, bool), wanted, data))
    return _checked(isinstance(data, wanted), wanted, data)


def _of_union(options: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in options:
        return None
    (option,) = (option for option in options if option is not type(None))
    return _value(option, data)


def _instance(wanted: Any, data: Mapping[str, Any]) -> Any:
    hints = _hints(wanted)
    known = [field.name for field in fields(wanted) if field.name in data]
    return wanted(**{name: _value(hints[name], data[name]) for name in known})


@cache
def _hints(wanted: Any) -> dict[str, Any]:
    return get_type_hints(wanted)


def _checked(fits: bool, wanted: Any, data: Any) -> Any:
    if not fits:
        raise ValueError(f"{type(data).__name__} is no {wanted}")
    return data
