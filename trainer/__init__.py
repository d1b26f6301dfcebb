"""Makes models: teaches unit spaces from good parts, trains the embedding network on known defects, proves, publishes.

    data.py         labelled parts and their feature vectors (by the station's own path, models/features.py)
    reference.py    the mean good picture of each view, which pictures are aligned to
    network.py      the embedding network and its triplet training, in PyTorch
    calibration.py  region scales and the two thresholds, from good parts that did not teach
    evaluation.py   escapes and overkill with counts and 95 % intervals
    bundle.py       export, parity proof, golden parts, publishing
    teach.py        the two ways to a model: unit-space (good parts only) and triplet
    __main__.py     the command line

No Qt. The station is never imported; the two meet in files.
"""

__version__ = "0.1.0"
