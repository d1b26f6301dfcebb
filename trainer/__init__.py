"""Makes models: labelled parts in, a proved, reported, signed bundle out. In reading order:

    data.py              labelled parts, their vectors, thumbnails and trivial cues (by the station's own path, models/features.py)
    variation.py         pictures as another day would show them
    sources.py           where parts come from: pictures, a station's records, a table of vectors
      station_records.py   recorded and reviewed parts of a station, read-only
      tables.py            the two published table layouts, from a folder, a file or the hub
      hub.py               what talks to the Hugging Face hub, with deadlines
      idx.py               MNIST's files
    training_recipe.py   what a training recipe may say; recipes/ holds those that ship
    teach.py             from parts to a model by a training recipe
      network.py           the networks, in PyTorch
      objectives.py        what they learn: triplets, defects, classes
      loop.py              the one training loop
    calibration.py       the two thresholds: for overkill, escapes or least cost
    evaluation.py        escapes and overkill with intervals, AUROC beside cues, paired comparison
    plots.py             the figures of a report
    report.py            the page that holds them
    bundle.py            export, parity proof, golden parts, publishing
    dataset_export.py    labelled parts as a data set for the hub
    reference.py         the mean good picture of each view, which pictures are aligned to
    table_training.py    the author's own experiment, table against table
    settings.py          what the trainer reads of config.toml
    commands.py          what the commands do, once the words are read
    __main__.py          the command line

No Qt. The station is never imported; the two meet in files.
"""

import models  # noqa: F401 - its limit on pictures must stand before OpenCV is loaded

__version__ = "0.5.0"
