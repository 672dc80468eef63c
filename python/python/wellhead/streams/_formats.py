"""How the bytes of keys and values are written. A plain text names those that need nothing else."""

from typing import Any, Dict, Mapping, Union

#: `json`, `text`, `raw`, `csv`, `int64`, `int32`, `double`, or what `avro`, `protobuf` and `csv` give.
FormatLike = Union[str, Mapping[str, Any]]

#: What the one column of a format is, where it has one.
ONE_COLUMN = {"text": "string", "raw": "bytes", "int64": "int", "int32": "int", "double": "float"}
_NAMES = ("json", "csv", *ONE_COLUMN)


def csv(delimiter: str = ",") -> Dict[str, Any]:
    """Lines of fields in the order of the columns."""
    return {"csv": {"delimiter": delimiter}}


def avro(schema: str, framed: bool = False) -> Dict[str, Any]:
    """Avro's binary encoding under this schema (JSON text); `framed` with the five bytes of a schema registry before it."""
    return {"avro": {"schema": schema, "framed": framed}}


def protobuf(descriptors: bytes, message: str) -> Dict[str, Any]:
    """A Protobuf message of a serialized FileDescriptorSet."""
    return {"protobuf": {"descriptors": list(descriptors), "message": message}}


def format_json(given: FormatLike, what: str = "format") -> Any:
    if isinstance(given, str):
        if given == "csv":
            return csv()
        if given not in _NAMES:
            import difflib

            near = difflib.get_close_matches(given, _NAMES, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{what}: {given!r} is none of {', '.join(_NAMES)}, avro(...), protobuf(...){hint}")
        return given
    return dict(given)


def format_name(given: Any) -> str:
    return given if isinstance(given, str) else str(next(iter(given)))
