"""The client's side of a stream: receiver, preprocessing, classifiers, analyzer, training."""
