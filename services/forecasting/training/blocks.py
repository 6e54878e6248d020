"""The samples of one part of a split, cut out of scaled series when they are read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.build import Windows


@dataclass(frozen=True, kw_only=True)
class ScaledBlock:
    """Scaled windows at ``samples`` (positions among all samples), as a model reads them."""

    windows: Windows
    samples: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.samples)

    def inputs(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return scaled inputs (len(rows), input steps, input columns)."""
        return self.windows.inputs(self.samples[rows])

    def outputs(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return scaled outputs (len(rows), output steps, output columns)."""
        return self.windows.outputs(self.samples[rows])
