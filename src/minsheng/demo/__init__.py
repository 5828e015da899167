"""A made-up district: its people, their hidden hardships, and what fifteen departments deliver about them.

Belongs here: the generator of the demo world, the simulated answers of field verification, and the measure of recall
against the hidden truth. Does not belong: receiving, scoring or storing anything, and any real person's data: all people
here have identity numbers that begin with 999, which was never assigned.
"""
