"""Points and bounds proposed from outcomes: a draft for people to judge, never a model in force.

Belongs here: what is calibrated (`material`), fitting under constraints (`fitting`), bounds (`bounds`), folds, the ceiling that a
boosting model sets (`ceiling`), the whole (`calibrating`), and the draft of a model (`draft`). Does not belong: the arithmetic of
scores (whoever asks brings it), reading runs and files.
"""
