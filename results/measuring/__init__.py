"""What predictions add up to: how right, how sure, how fast, and how far from the baseline."""
