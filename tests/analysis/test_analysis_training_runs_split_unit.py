"""A training split falls into two parts by recipe and seed."""

import numpy as np

from analysis.training.runs import split
from tests.analysis.tiny_models import TINY_RECIPE, stripes


def test_keeps_back_what_the_recipe_says() -> None:
    training, validation = split(stripes(120), TINY_RECIPE, seed=0)
    assert (len(training), len(validation)) == (90, 30)
    assert np.bincount(validation.labels).tolist() == [10, 10, 10]
    together = {image.tobytes() for image in (*training.images, *validation.images)}
    assert len(together) == 120
