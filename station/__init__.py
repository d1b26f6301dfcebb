"""The running station: a part comes under the lens, is judged, recorded, then shown.

Follow one part from lens to ledger: cameras/camera.py, models/nsoartc.py, inspector.py, line.py, store/journal.py.

    __main__.py         the command line: words in, exit code out
    commands/           one file a command
    config.py           config.toml, read once; each part of the program receives its own section
    assembly.py         real parts joined: the one place that knows which class stands behind each interface

The words that everything else speaks; standard library and numpy

    shot.py             a frame, and the shot that it belongs to
    verdict.py          the verdict on a part: fail to HOLD, never to OK
    lot.py              what the line is working on, and who stands at it
    mailbox.py          one place for the newest thing

The line

    cameras/            simulated, folder, opencv behind one interface
    trigger.py          sees that a part has come and stands still
    trigger_in.py       parts triggered by a PLC's coil or an MQTT message
    frame_check.py      which pictures may be judged at all
    inspector.py        a shot becomes a verdict; a pure function with a model in its hand
    line.py             capture, judge and writer threads; every accepted shot gets one verdict and one record
    model_watch.py      another model version, loaded beside the old one and swapped between two parts
    stages.py           how long the stages of the last parts took
    spreadsheet.py      texts in tables that a spreadsheet may open
    viewfinder.py       the camera alone, for setting up
    store/              SQLite through SQLAlchemy, pictures on disk

What hears of recorded parts

    fan_out.py          more than one listener of a line
    part_log.py         every part that was not judged OK, as a line of the log
    carrier.py          a thread that hands what is recorded to one receiver, and tries again for ever
    delivery.py         one thread a sink; the ledger is the outbox
    sinks/              verdicts to the line: Modbus TCP, MQTT, OPC UA, HTTP, CSV behind one interface
    plant.py            the ledger to the plant's PostgreSQL, stored and forwarded
    shadow.py           a candidate that judges beside the line and changes nothing

Rules of the line, for the window to show

    access.py           who may do what
    alarms.py           what one verdict cannot tell: alarms over several parts
    challenge.py        known parts that must be judged as expected before production runs
    retest.py           the same part presented once more, both shots linked
    scanner.py          scanned codes, sorted into lots and serials
    shifts.py           which shift a moment belongs to

For QA and the engineer

    charts.py           the statistics behind the charts
    chart_set.py        everything that the charts show of a choice of parts
    drift.py            whether parts still look as they did
    export.py           recorded parts as files for others
    stored_pictures.py  the pictures of a recorded part as they were judged
    trial.py            recorded parts judged again, and both judges compared
    thresholds.py       two thresholds on the scores of reviewed parts
    versions.py         what may be known of every version before it judges
    activation.py       which version judges: now, from the next lot on, or the one before again
    teaching.py         good parts become a model here, without torch
    region_edit.py      drawing regions without a screen
    meters.py           brightness, focus, frame rate of a picture
    gui/                the only Qt

The station's own health

    doctor.py           is it fit to inspect?
    upkeep.py           checks, backups and retention beside the line
    logs.py             the only place that sets up logging
    priority.py         threads that leave the processor to the line
    memory.py           what malloc keeps for later goes back to the operating system

No torch here, ever. The trainer is never imported; the two meet in files (recipes, bundles, pictures, the database).
"""

import models  # noqa: F401 - its limit on pictures must stand before OpenCV is loaded

__version__ = "0.5.0"
