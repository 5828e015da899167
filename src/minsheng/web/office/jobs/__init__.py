"""Runs and jobs: what goes on behind the pages, how far it is, what became of it; and starting a month's run.

Belongs here: lists, one job with its log, one run with its result, two runs side by side. Does not belong: what a job does.
"""
