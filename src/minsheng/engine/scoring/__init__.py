"""The monthly computation: values become points, points a household's score, scores levels, levels warnings with evidence.

Belongs here: what a run is given (`plan`), which months it may believe (`availability`), the tables it writes (`tables`), the
arithmetic of each named step, and the runner with its manifest. Does not belong: what an indicator measures
(`engine.indicators`), words for people (`engine.explaining`), the database, the clock.
"""
