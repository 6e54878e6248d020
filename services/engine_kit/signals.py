"""Keeping SIGTERM for the worker: Lightning would end the process where the worker gives back.

Its handler raises ``SystemExit`` in the middle of an epoch; ours asks between batches and lets
another worker go on from the checkpoint.
"""

import signal
import threading

from lightning.pytorch import Callback, LightningModule, Trainer


class KeepSignals(Callback):
    """Puts back the handler that was there when the callback was made."""

    def __init__(self) -> None:
        self._handler = signal.getsignal(signal.SIGTERM)

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Put the handler back: Lightning has set its own by now."""
        # only the main thread may, and only there Lightning did
        if threading.current_thread() is threading.main_thread() and self._handler is not None:
            signal.signal(signal.SIGTERM, self._handler)
