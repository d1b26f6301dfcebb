"""What a scoring model *is*: picture -> aligned regions -> NSOARTC vectors -> ONNX graph -> scores and thresholds.

Used by the station and by the trainer alike, so that the two cannot disagree; knows neither of them. No Qt, no
torch, no database. In reading order:

    picture_structure.py  what a picture file says of itself, before anything decodes it
    pictures.py           a file or array becomes a checked grey picture
    part_files.py         which picture files belong to one part
    toml_files.py         TOML from outside, checked
    recipe.py             what is looked at: views, alignment, regions, trigger (one TOML file)
    recipe_history.py     a recipe is saved as its next revision, the one before is kept
    reference.py          the picture that others are aligned to: the mean good one, or a real one for features
    alignment.py          a picture is turned and shifted onto it
    descent.py            the last of that, by Gauss-Newton steps
    nsoartc.py            a region becomes 1404 numbers
    features.py           the steps above for one part: pictures of all views -> (regions, 1404)
    side_by_side.py       the same work on several views at once
    unit_space.py         what good parts look like: mean, spread, principal components, what they leave over
    companion.py          the companion signal: aligned thumbnails against good parts' thumbnails
    network.py            the embedding network, and the distances on its embedding: Euclid, SOART3, Mahalanobis, classifier, two-stage
    region_scale.py       one scale for the distances of all regions
    onnx_nodes.py         nodes of a graph under construction
    graph.py              all of it and the score rule as one ONNX graph, and the same in NumPy
    fused.py              the whole way from thumbnails to scores as one graph, for a GPU
    thresholds.py         the two thresholds from scores of parts that did not teach
    teaching.py           a unit-space model from good parts alone
    rates.py              how sure a counted rate is: Clopper-Pearson
    golden.py             parts whose vectors and scores are known: the self-test of a bundle
    manifest.py           manifest.toml of a bundle: regions, thresholds, what they were calibrated on, checksums
    signing.py            who vouches for a bundle: Ed25519 over the manifest
    bundle.py             a taught model becomes a tested, signed, published bundle
    registry.py           bundles on disk: publish, activate, roll back, each one atomic rename
    pending.py            a version that shall judge from the next lot on
    rethreshold.py        the same model with other thresholds, as a version of its own
    onnx_check.py         model.onnx looked at before it is loaded
    runtime.py            loads it on CUDA or CPU
    scorer.py             a verified bundle, ready to judge
    store/                the bundles themselves, <name>/<version>/
"""

import os

# OpenCV reads this once, when it is loaded, which everything of ours does after this line: a picture's header that announces
# more pixels is refused before memory is taken. The same number as pictures.MAX_PIXELS.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", "100000000")
# Read once too, when they begin: ONNX Runtime's official builds send model names, hashes and errors to their maker (since 1.29), the hub's
# client says who uses it. What is inspected here is nobody else's business.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
