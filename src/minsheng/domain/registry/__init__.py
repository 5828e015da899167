"""Who is on the low-income register, in which household, under which category, month by month.

Belongs here: persons and their numbers, households, co-living members over time, merges, deaths, and the register as frozen at
a month's end. Does not belong: what departments deliver about these people (feeds), and what follows from it (monitoring).
"""
