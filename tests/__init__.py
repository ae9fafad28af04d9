"""Catenet's tests.  A package of its own, since others install a package of that name, and theirs would be found."""
