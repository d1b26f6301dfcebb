"""The running station: a part comes under the lens, is judged, recorded, then shown.

Follow one part from lens to ledger: cameras/camera.py, models/nsoartc.py, inspector.py, line.py, store/journal.py.

    __main__.py    the command line; the only place where real parts are chosen and joined
    shot.py verdict.py lot.py mailbox.py    the words everything else speaks; standard library and numpy
    inspector.py   a shot becomes a verdict; a pure function with a model in its hand
    line.py        capture, judge and writer threads; every accepted shot gets one verdict and one record
    model_watch.py another model version, loaded beside the old one and swapped between two parts
    cameras/       simulated, folder, opencv behind one interface
    store/         SQLite through SQLAlchemy, pictures on disk
    sinks/         verdicts to the line: Modbus TCP, MQTT, OPC UA, HTTP, CSV behind one interface
    delivery.py    one thread a sink; the ledger is the outbox
    trigger_in.py  parts triggered by a PLC's coil or an MQTT message
    gui/           the only Qt

No torch here, ever. The trainer is never imported; the two meet in files (recipes, bundles, pictures, the database).
"""

import models  # noqa: F401 - its limit on pictures must stand before OpenCV is loaded

__version__ = "0.5.0"
