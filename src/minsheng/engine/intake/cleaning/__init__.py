"""Text cells into typed values, one column at a time.

Belongs here: how departments write dates, money, codes and numbers, and what is wrong with a cell that cannot be understood.
A cell is understood or refused, never guessed. Does not belong: rules across columns or rows.
"""
