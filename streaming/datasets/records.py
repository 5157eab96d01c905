"""One pickled record read from a file that nobody vouches for: built-in types, bounded memory.

``pickle`` allocates what a length field announces before it looks whether the bytes are there,
and lets a five-byte opcode ask for gigabytes of memo. So a record is looked through first, one
opcode at a time in a window of bounded size: only the opcodes that plain dicts, lists, tuples,
strings, bytes, ints, bools and None need are let through, and only so many of them. What passes
is then unpickled by an unpickler that refuses every global, as a second line of defence.
"""

import io
import pickle  # nosec B403  # every global is refused, and what it may hold is looked at first
import pickletools  # nosec B403  # looks at a pickle without running it
from dataclasses import dataclass
from typing import IO, Any, NoReturn

from streaming.errors import DatasetCorrupt, DatasetUnsafe

# Enough for a header of 256 class names, three opcodes each, and all of its other fields.
MAX_OPCODES = 2048

BYTES_OPCODES = frozenset({"SHORT_BINBYTES", "BINBYTES", "BINBYTES8"})
# Each of these puts one value on the unpickler's stack.
VALUE_OPCODES = BYTES_OPCODES | {
    "NONE",
    "NEWTRUE",
    "NEWFALSE",
    "BININT",
    "BININT1",
    "BININT2",
    "LONG1",
    "SHORT_BINUNICODE",
    "BINUNICODE",
    "EMPTY_DICT",
    "EMPTY_LIST",
    "TUPLE",
    "TUPLE3",
    "BINGET",
}
STRUCTURE_OPCODES = frozenset(
    {
        "PROTO",
        "FRAME",
        "MARK",
        "MEMOIZE",
        "BINPUT",
        "APPEND",
        "APPENDS",
        "SETITEM",
        "SETITEMS",
        "STOP",
    }
)
# These name, make or call something that is no plain value.
UNSAFE_OPCODES = frozenset(
    {
        "GLOBAL",
        "STACK_GLOBAL",
        "INST",
        "OBJ",
        "NEWOBJ",
        "NEWOBJ_EX",
        "REDUCE",
        "BUILD",
        "EXT1",
        "EXT2",
        "EXT4",
        "PERSID",
        "BINPERSID",
    }
)
# pickle's documentation says that a bad pickle may raise these "and others"; the opcodes that
# are let through can raise no more than these.
PICKLE_ERRORS = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Record:
    """One record, and where its bytes lie.

    Args:
        value: what was pickled, of built-in types only.
        values: how many values it was built from. A value that is in ``value`` twice, or was
            overwritten by another of the same key, counts as often as the file names it.
        blobs: for each bytes object, in order, the offset of its first byte in the record.
        size_bytes: the record's length in the file.
    """

    value: Any
    values: int
    blobs: tuple[int, ...]
    size_bytes: int


class PlainUnpickler(pickle.Unpickler):
    """An unpickler that refuses every global, so that nothing but plain values comes out."""

    def find_class(self, module: str, name: str) -> NoReturn:
        """Refuse, naming what was asked for.

        Raises:
            DatasetUnsafe: always.
        """
        raise _unsafe(f"{module}.{name}")


def read_record(file: IO[bytes], *, limit_bytes: int) -> tuple[Record, bytes]:
    """The next record of ``file``, which is left right behind it, and the record's raw bytes.

    At most ``limit_bytes`` are read, and memory is in proportion to them, whatever lengths the
    record announces.

    Raises:
        DatasetUnsafe: the record names a global; says which.
        DatasetCorrupt: it is truncated, longer than ``limit_bytes``, or no record of plain
            values.
    """
    start = file.tell()
    window = file.read(limit_bytes)
    if not window:
        raise DatasetCorrupt(f"truncated: a record was expected at byte {start:,}")
    try:
        values, blobs, size_bytes = _look_through(window)
        raw = window[:size_bytes]
        value = PlainUnpickler(io.BytesIO(raw)).load()
    except PICKLE_ERRORS as error:
        cut = "longer than allowed, " if len(window) == limit_bytes else ""
        reason = f"{type(error).__name__}: {error}"[:200]
        raise DatasetCorrupt(
            f"the record at byte {start:,} is {cut}truncated or no pickle ({reason})"
        ) from error
    file.seek(start + size_bytes)
    return Record(value, values, blobs, size_bytes), raw


def _look_through(window: bytes) -> tuple[int, tuple[int, ...], int]:
    """How many values the record at the start of ``window`` makes, its blobs, and its length."""
    stream = io.BytesIO(window)
    values = 0
    blobs: list[int] = []
    for number, (opcode, argument, _) in enumerate(pickletools.genops(stream), start=1):
        if number > MAX_OPCODES:
            raise DatasetCorrupt(f"a record has more than {MAX_OPCODES:,} opcodes")
        if opcode.name in UNSAFE_OPCODES:
            _refuse(opcode.name, argument, window)
        if opcode.name in VALUE_OPCODES:
            values += 1
            if opcode.name in BYTES_OPCODES:
                blobs.append(stream.tell() - len(argument or b""))
        elif opcode.name not in STRUCTURE_OPCODES:
            raise DatasetCorrupt(f"a record has the opcode {opcode.name}, which is not allowed")
    return values, tuple(blobs), stream.tell()


def _refuse(opcode: str, argument: Any, window: bytes) -> NoReturn:
    if opcode in ("GLOBAL", "INST"):
        raise _unsafe(str(argument).replace(" ", ".", 1))
    if opcode == "STACK_GLOBAL":
        # Its name lies on the stack. Everything before it was let through, and find_class
        # ends the unpickling right there.
        PlainUnpickler(io.BytesIO(window)).load()
    raise _unsafe(f"something by the opcode {opcode}")


def _unsafe(what: str) -> DatasetUnsafe:
    return DatasetUnsafe(
        f"the file asks for {what}; a dataset pickle holds built-in types only, nothing was run"
    )
