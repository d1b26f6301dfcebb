"""One scale for the distances of all regions: 0 = median good part, 1 = the 95 % point of good parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.onnx_nodes import OnnxNodes


@dataclass(frozen=True, slots=True)
class RegionScale:
    """Without it the region that varies most would always be the worst."""

    median: NDArray[np.float32]  # (regions,)
    width: NDArray[np.float32]  # (regions,) 95 % point - median, > 0

    @classmethod
    def fit(cls, distances: NDArray[np.float32]) -> RegionScale:
        """From (good parts, regions) distances. A region that hardly varies gets 5 % of its median as least width."""
        median = np.median(distances, 0)
        width = np.quantile(distances, 0.95, 0) - median
        return cls(median.astype(np.float32), np.maximum(width, 0.05 * median + 1e-6).astype(np.float32))

    def of(self, distances: NDArray[np.float32], region: NDArray[np.int64]) -> NDArray[np.float32]:
        """Distances (n, ...) of n regions, scaled."""
        extra = (slice(None),) + (None,) * (distances.ndim - 1)
        return (distances - self.median[region][extra]) / self.width[region][extra]

    def add_to(self, nodes: OnnxNodes, values: str, index: str, name: str, extra_axes: int = 0) -> str:
        """The same in a graph; `name` is a prefix for its constants."""
        shape = (-1,) + (1,) * extra_axes
        median = nodes.of_index(index, f"{name}_median", self.median.reshape(shape))
        width = nodes.of_index(index, f"{name}_width", self.width.reshape(shape))
        return nodes.add("Div", nodes.add("Sub", values, median), width)
