"""Where verdicts are handed to: one class a protocol behind one interface (sink.py), chosen by kinds.py from settings.py.

A sink knows verdicts and its receiver, nothing of the line, the ledger or the window: `station.delivery` reads the ledger
and calls it. Each file needs its library only when such a sink is configured.
"""
