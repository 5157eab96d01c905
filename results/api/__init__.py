"""Results over REST."""
