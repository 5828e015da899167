"""Was it right, and what would be better: how well scores, levels and warnings met what was found, and weights proposed from outcomes.

Belongs here: measures as small pure functions on arrays (`shares`, `ranking`, `levels`), who is on a month's list (`worklist`), the
chances of being known (`known`), one evaluation of everything (`evaluating`), household tables of one's own (`declared`), and the
calibration of points and bounds (`calibration`). Does not belong: reading runs, verdicts or files, pages, deciding about anybody.
"""
