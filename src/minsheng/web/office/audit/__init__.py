"""Searching the audit log: who did what, whose, why and from where; and having the log checked."""
