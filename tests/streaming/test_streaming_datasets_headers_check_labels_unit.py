"""streaming.datasets.headers.check_labels."""

import numpy as np
import pytest

from streaming.datasets.headers import check_labels
from streaming.errors import DatasetCorrupt
from tests.streaming.dataset_files import HEADER


def test_takes_labels_that_are_classes() -> None:
    check_labels(np.array([0, 1, 2], np.uint8), HEADER, 0)
    check_labels(np.array([], np.uint8), HEADER, 0)


def test_names_the_first_frame_whose_label_is_no_class() -> None:
    with pytest.raises(DatasetCorrupt, match="frame 1,001 has the label 3; there are 3 classes"):
        check_labels(np.array([2, 3, 255], np.uint8), HEADER, 1000)
