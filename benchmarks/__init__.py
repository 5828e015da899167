"""Benchmarks: each piece of work beside its reference, in the same run on the same machine.

Belongs here: made-up worlds of any size, the references (bare SQL, pandas, OpenFisca-core and the like), what measures both, the
predictions made beforehand, and the kept results that `docs/performance.md` is written from. Does not belong: anything the package
imports; these files are run from a checkout by `minsheng bench`.
"""
