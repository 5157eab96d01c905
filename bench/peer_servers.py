"""What the default classifier does for a server, whichever that is.

A body is the pixels of one picture or of several, the answer JSON with a row of probabilities for
each. Every server batches what comes at once, and classifies with one thread of one worker.
"""

import numpy as np
from numpy.typing import NDArray

from analysis.classifiers.interface import ImageClassifier

HOST = "127.0.0.1"
PATH = "/predict"
MAX_BATCH = 64
# So long a batch that is not full waits for more.
BATCH_WAIT_S = 0.01


def classify_bodies(classifier: ImageClassifier, bodies: list[bytes]) -> list[list[list[float]]]:
    """The probabilities of each body's pictures, all classified at once.

    Raises:
        ValueError: a body that is no whole number of pictures.
    """
    shape = classifier.card.input.image_shape
    pictures: list[NDArray[np.uint8]] = [
        np.frombuffer(body, dtype=np.uint8).reshape(-1, *shape) for body in bodies
    ]
    probabilities = classifier.predict(np.concatenate(pictures))
    ends = np.cumsum([len(each) for each in pictures])
    return [part.tolist() for part in np.split(probabilities, ends[:-1])]
