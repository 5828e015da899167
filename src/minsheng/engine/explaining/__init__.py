"""Why a household has its level: as data, as a waterfall, as sentences, and what would change it.

Belongs here: the explanation of one household (`explanation`, `household`), the arithmetic of one household said once and plainly
(`arithmetic`), what would change the level (`turning_points`), and the words for all of it, for one household (`sentences`) or for
every warning of a run (`reasons`). Does not belong: how a run computes its tables (`engine.scoring`), reading the lake, names of
people, screens.
"""
