"""Two sessions over the frames that both saw."""
