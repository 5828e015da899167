"""Sharing agreements: list and coverage, one agreement, drafting, putting in force by a second person, renewing, ending.

Belongs here: forms and views of these pages. Does not belong: what an agreement allows (feeds).
"""
