"""What a classifier is worth, by one protocol: ``protocol.evaluate_fully`` and its parts."""
