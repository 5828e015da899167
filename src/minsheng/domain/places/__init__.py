"""Who answers for where: administrative divisions and the organisations that sit at them.

Belongs here: division codes over time, their names, roll-ups along them, organisations. Does not belong: people, households,
who may see which division.
"""
