"""Choosing the language: kept with the user, or on the device before signing in."""
