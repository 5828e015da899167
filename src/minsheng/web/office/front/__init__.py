"""The front page after sign-in: what waits for me today, by urgency."""
