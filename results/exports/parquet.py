"""Exported rows as a Parquet file, and read back from it; needs pyarrow, an extra (pure).

The manifest is in the file's metadata under ``fashionsite``. Pages carry checksums besides.
"""

import os
from collections.abc import Iterator, Sequence
from typing import IO, Any

import numpy as np

from results.blocks import NO_LABEL
from results.errors import ParquetMissing, UnverifiableFile
from results.exports.manifest import ExportRows, row_type
from results.exports.text import name_of

METADATA_KEY = "fashionsite"
# Two megabytes of probabilities of ten classes.
ROWS_A_GROUP = 65_536


def is_available() -> bool:
    """Whether pyarrow is installed."""
    try:
        _arrow()
    except ParquetMissing:
        return False
    return True


class ParquetFile:
    """A Parquet file that is written group by group.

    Args:
        file: Where to; it stays open.
        class_names: Of the predictions.
        label_names: Of the labels.

    Raises:
        ParquetMissing: pyarrow is not installed.
    """

    def __init__(
        self, file: IO[bytes], class_names: Sequence[str], label_names: Sequence[str]
    ) -> None:
        self._arrow, parquet = _arrow()
        self._names = (list(class_names), list(label_names))
        self._writer = parquet.ParquetWriter(
            file, self._schema(), compression="zstd", write_page_checksum=True
        )

    def add(self, rows: ExportRows) -> None:
        """Write these rows as a group of their own."""
        arrow, (class_names, label_names) = self._arrow, self._names
        labels = rows["label"]
        unlabelled = labels == NO_LABEL
        right = arrow.array(labels == rows["class_id"], mask=unlabelled)
        shares = rows["probabilities"]
        columns = {
            "sequence": rows["sequence"].astype(np.int64),
            "class_id": rows["class_id"].astype(np.int32),
            "class_name": [name_of(class_names, one) for one in rows["class_id"].tolist()],
            "confidence": rows["confidence"],
            "probabilities": arrow.ListArray.from_arrays(
                np.arange(0, shares.size + 1, shares.shape[1], dtype=np.int32), shares.ravel()
            ),
            "label": arrow.array(labels.astype(np.int32), mask=unlabelled),
            "label_name": [
                None if label == NO_LABEL else name_of(label_names, label)
                for label in labels.tolist()
            ],
            "right": right,
            "latency_ms": rows["latency_ms"],
        }
        self._writer.write_table(arrow.table(columns, schema=self._schema()))

    def close(self, manifest: bytes) -> None:
        """Write the end of the file, with the manifest in it."""
        self._writer.add_key_value_metadata({METADATA_KEY: manifest.decode()})
        self._writer.close()

    def _schema(self) -> Any:
        arrow = self._arrow
        # Names are few and repeat: a dictionary.
        name = arrow.string()
        return arrow.schema(
            [
                arrow.field("sequence", arrow.int64(), nullable=False),
                arrow.field("class_id", arrow.int32(), nullable=False),
                arrow.field("class_name", name, nullable=False),
                arrow.field("confidence", arrow.float64(), nullable=False),
                arrow.field("probabilities", arrow.list_(arrow.float32()), nullable=False),
                arrow.field("label", arrow.int32()),
                arrow.field("label_name", name),
                arrow.field("right", arrow.bool_()),
                arrow.field("latency_ms", arrow.float64(), nullable=False),
            ]
        )


def read_manifest(file: IO[bytes]) -> bytes:
    """The manifest in a Parquet file's metadata.

    Raises:
        ParquetMissing: pyarrow is not installed.
        UnverifiableFile: it is no Parquet file, or has no manifest.
    """
    found: bytes | None = (_opened(file).metadata.metadata or {}).get(METADATA_KEY.encode())
    if found is None:
        raise UnverifiableFile("it is a Parquet file without a manifest of fashionsite")
    return found


def read_rows(file: IO[bytes], class_count: int) -> Iterator[ExportRows]:
    """The rows group by group; names are not looked at.

    Raises:
        ParquetMissing: pyarrow is not installed.
        UnverifiableFile: it cannot be read, or has other columns.
    """
    opened = _opened(file)
    for number in range(opened.num_row_groups):
        try:
            table = opened.read_row_group(number)
            rows = np.zeros(len(table), dtype=row_type(class_count))
            for name in ("sequence", "class_id", "confidence", "latency_ms"):
                rows[name] = table[name].to_numpy()
            rows["label"] = table["label"].fill_null(NO_LABEL).to_numpy()
            shares = table["probabilities"].combine_chunks()
            lengths = np.diff(shares.offsets.to_numpy())
            if (lengths != class_count).any():
                raise ValueError(f"rows of other than {class_count} probabilities")
            rows["probabilities"] = shares.flatten().to_numpy().reshape(-1, class_count)
        except Exception as error:  # pylint: disable=broad-exception-caught  # pyarrow's are many
            raise UnverifiableFile(f"its row group {number} cannot be read: {error}") from error
        yield rows


def footer_place(file: IO[bytes]) -> int:
    """Where the metadata begins in a file that was written by :class:`ParquetFile`."""
    # The last eight bytes are the footer's length, little-endian, and "PAR1".
    size = file.seek(-8, os.SEEK_END)
    return size - int.from_bytes(file.read(4), "little")


def _opened(file: IO[bytes]) -> Any:
    _, parquet = _arrow()
    file.seek(0)
    try:
        return parquet.ParquetFile(file, page_checksum_verification=True)
    except Exception as error:  # pylint: disable=broad-exception-caught  # pyarrow's are many
        raise UnverifiableFile(f"it cannot be read as Parquet: {error}") from error


def _arrow() -> tuple[Any, Any]:
    # Loaded when needed: it takes a third of a second, and may not be there.
    try:
        import pyarrow  # pylint: disable=import-outside-toplevel  # as above
        import pyarrow.parquet  # pylint: disable=import-outside-toplevel  # as above
    except ImportError as error:
        raise ParquetMissing(
            "Parquet needs pyarrow, which is not installed here: pip install 'fashionsite[parquet]'"
        ) from error
    return pyarrow, pyarrow.parquet
