"""One of several processes that train a line together; writes what it ended with: python -m tests.trainer.fit_apart FOLDER."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.trainer.test_loop import Line, _net, _settings
from trainer.loop import fit

if __name__ == "__main__":
    net = _net()
    curves = fit(net, Line(), _settings(step_epochs=2), seed=3)
    told = {"weight": net.weight.item(), "bias": net.bias.item(), "train": curves.train, "best_epoch": curves.best_epoch}
    (Path(sys.argv[1]) / f"{os.environ['RANK']}.json").write_text(json.dumps(told))
