"""What the kept model of a run says of each held-out row, as a file: Parquet, without pickle."""

from io import BytesIO

from services.statistics.row_errors import Predictions

FILE = "test_predictions.parquet"
MAX_VALUES = 1_000_000  # about 4 MB before compression; more is not kept


def to_parquet(predictions: Predictions) -> bytes:
    """Return the file: row, unit, target, loss, and a column logit_k of each logit."""
    import polars as pl

    logits = predictions.logits.astype("float32")
    columns = {
        "row": predictions.rows,
        "unit": predictions.units,
        "target": predictions.targets,
        "loss": predictions.losses.astype("float32"),
    }
    columns |= {f"logit_{number}": logits[:, number] for number in range(logits.shape[1])}
    out = BytesIO()
    pl.DataFrame(columns).write_parquet(out, compression="zstd")
    return out.getvalue()


def from_parquet(content: bytes) -> Predictions:
    """Return what ``to_parquet`` wrote."""
    import polars as pl

    table = pl.read_parquet(BytesIO(content))
    logits = [name for name in table.columns if name.startswith("logit_")]
    return Predictions(
        rows=table["row"].to_numpy(),
        units=table["unit"].to_numpy(),
        targets=table["target"].to_numpy(),
        logits=table.select(logits).to_numpy().astype("float64"),
        losses=table["loss"].to_numpy().astype("float64"),
    )


def num_values(rows: int, logits: int) -> int:
    """Return how many values the file of so many rows and logits holds."""
    return rows * (logits + 4)
