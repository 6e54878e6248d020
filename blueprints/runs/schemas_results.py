"""What the endpoints answer about the results of a run."""

from marshmallow import Schema, fields, validate

from app.http.schemas import moment, whole
from app.models.run import STATUSES
from blueprints.runs.schemas import ConfusionStatisticsView
from blueprints.tracking.fields import SHARE, step_field
from services.runs.federated.domain.pooling import EVALUATED_ON


def measured() -> fields.Float:
    """Return a field of a measured number that is null where it is unknown."""
    return fields.Float(required=True, allow_none=True)


def share() -> fields.Float:
    """Return a field of a measured share of one that is null where it is unknown."""
    return fields.Float(required=True, allow_none=True, validate=SHARE)


class FinalMetrics(Schema):
    """The newest epoch or round; 0.0 where ``missing`` names the metric."""

    accuracy = fields.Float(required=True, validate=SHARE)
    precision = fields.Float(required=True, validate=SHARE)
    recall = fields.Float(required=True, validate=SHARE)
    f1_score = fields.Float(required=True, validate=SHARE)
    auc = fields.Float(required=True, validate=SHARE)
    loss = fields.Float(required=True)
    missing = fields.List(fields.String(), required=True)


class HistoryEntry(Schema):
    """One epoch, counted from 1, or one round; 0.0 where ``missing`` names the value."""

    epoch = step_field()
    is_baseline = fields.Boolean(required=True)
    train_loss = fields.Float(required=True)
    val_loss = fields.Float(required=True)
    train_acc = fields.Float(required=True, validate=SHARE)
    val_acc = fields.Float(required=True, validate=SHARE)
    train_f1 = fields.Float(required=True, validate=SHARE)
    val_precision = fields.Float(required=True, validate=SHARE)
    val_recall = fields.Float(required=True, validate=SHARE)
    val_f1 = fields.Float(required=True, validate=SHARE)
    val_auroc = fields.Float(required=True, validate=SHARE)
    missing = fields.List(fields.String(), required=True)


class ResultsMetadata(Schema):
    """Best and final values; 0.0 where ``missing`` names one. Times are empty when unknown."""

    experiment_name = fields.String(required=True)
    name = fields.String(required=True)
    start_time = fields.String(required=True)
    end_time = fields.String(required=True)
    total_epochs = whole(required=True)
    max_epochs = whole(required=True, allow_none=True)
    best_epoch = step_field()
    best_epoch_by_recall = step_field()
    best_val_accuracy = fields.Float(required=True, validate=SHARE)
    best_val_precision = fields.Float(required=True, validate=SHARE)
    best_val_recall = fields.Float(required=True, validate=SHARE)
    best_val_loss = fields.Float(required=True)
    best_val_f1 = fields.Float(required=True, validate=SHARE)
    best_val_auroc = fields.Float(required=True, validate=SHARE)
    final_accuracy = fields.Float(required=True, validate=SHARE)
    final_precision = fields.Float(required=True, validate=SHARE)
    final_recall = fields.Float(required=True, validate=SHARE)
    final_f1 = fields.Float(required=True, validate=SHARE)
    final_auc = fields.Float(required=True, validate=SHARE)
    final_loss = fields.Float(required=True)
    training_duration_seconds = measured()
    training_duration_formatted = fields.String(required=True, allow_none=True)
    missing = fields.List(fields.String(), required=True)


class ConfusionCounts(Schema):
    """The four counts of a binary confusion matrix."""

    true_positives = whole(required=True)
    true_negatives = whole(required=True)
    false_positives = whole(required=True)
    false_negatives = whole(required=True)


class ConfusionMatrix(ConfusionStatisticsView, ConfusionCounts):
    """The counts of the newest epoch or round, and what they say."""


class ExperimentResults(Schema):
    """Everything a run measured, in one answer.

    A history of more than 10,000 epochs is thinned to that many, evenly, with the first and the
    last; total_epochs, the best and the final values are of the full history.
    """

    experiment_id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    total_epochs = whole(required=True)
    final_metrics = fields.Nested(FinalMetrics, required=True)
    training_history = fields.List(fields.Nested(HistoryEntry), required=True)
    history_is_thinned = fields.Boolean(required=True)
    metadata = fields.Nested(ResultsMetadata, required=True)
    confusion_matrix = fields.Nested(ConfusionMatrix, required=True, allow_none=True)


class RoundMetricsView(Schema):
    """A round's metrics; one that is not known is left out, except the loss."""

    loss = measured()
    accuracy = fields.Float(validate=SHARE)
    precision = fields.Float(validate=SHARE)
    recall = fields.Float(validate=SHARE)
    f1 = fields.Float(validate=SHARE)
    auroc = fields.Float(validate=SHARE)


class FederatedRound(Schema):
    """One round; round 0 is the untrained model."""

    round = whole(required=True)
    is_baseline = fields.Boolean(required=True)
    metrics = fields.Nested(RoundMetricsView, required=True)


class FederatedRoundsView(Schema):
    """All rounds; num_rounds counts the untrained model's, num_trained_rounds does not."""

    is_federated = fields.Boolean(required=True)
    evaluated_on = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(EVALUATED_ON)
    )
    num_rounds = whole(required=True)
    num_trained_rounds = whole(required=True)
    num_clients = whole(required=True)
    rounds = fields.List(fields.Nested(FederatedRound), required=True)


class GlobalMetrics(Schema):
    """The metrics of the global model; null where one is not defined."""

    loss = measured()
    accuracy = share()
    precision = share()
    recall = share()
    f1_score = share()
    auroc = share()


class ServerEvaluationView(GlobalMetrics):
    """One evaluation of the global model; round 0 is the untrained model."""

    round = whole(required=True)
    is_baseline = fields.Boolean(required=True)
    num_samples = whole(required=True, allow_none=True)
    evaluation_time = moment(required=True, allow_none=True)
    confusion_matrix = fields.Nested(ConfusionCounts)
    additional_metrics = fields.Dict(keys=fields.String())


class BestRoundView(Schema):
    """A metric's best value and its round; null when it was never measured."""

    value = measured()
    round = whole(required=True, allow_none=True)


class EvaluationSummaryView(Schema):
    """All rounds in a few numbers, empty when nothing was evaluated."""

    total_rounds = whole()
    num_trained_rounds = whole()
    latest_round = whole()
    latest_metrics = fields.Nested(GlobalMetrics)
    best_accuracy = fields.Nested(BestRoundView)
    best_precision = fields.Nested(BestRoundView)
    best_recall = fields.Nested(BestRoundView)
    best_f1_score = fields.Nested(BestRoundView)
    best_auroc = fields.Nested(BestRoundView)
    best_loss = fields.Nested(BestRoundView)


class ServerEvaluationsView(Schema):
    """The global model, round by round.

    On held_out_rows no site has them; on site_validation the counts are sums over the sites,
    loss and AUROC means weighted by rows, and the rest follows from the counts.
    """

    run_id = whole(low=1, required=True)
    is_federated = fields.Boolean(required=True)
    has_server_evaluation = fields.Boolean(required=True)
    evaluated_on = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(EVALUATED_ON)
    )
    evaluations = fields.List(fields.Nested(ServerEvaluationView), required=True)
    summary = fields.Nested(EvaluationSummaryView, required=True)


class ClientBest(Schema):
    """A client's best values on its own rows; null where one was never measured."""

    best_val_accuracy = share()
    best_val_precision = share()
    best_val_recall = share()
    best_val_f1 = share()
    best_val_auroc = share()
    lowest_val_loss = measured()


def rows_of_numbers() -> fields.List[dict[str, float]]:
    """Return a field of rows: step or round, and every metric by its name."""
    number = fields.Raw(metadata={"type": "number"})  # a step stays a whole number
    row = fields.Dict(keys=fields.String(), values=number)
    return fields.List(row, required=True)


class ClientHistory(Schema):
    """One client's values per round."""

    client_id = whole(low=1, required=True)
    client_identifier = fields.String(required=True)
    total_steps = whole(required=True)
    training_history = rows_of_numbers()
    best_metrics = fields.Nested(ClientBest, required=True)


class ClientMetricsView(Schema):
    """Every client by name, and the values of all of them put together."""

    run_id = whole(low=1, required=True)
    is_federated = fields.Boolean(required=True)
    num_clients = whole(required=True)
    clients = fields.List(fields.Nested(ClientHistory), required=True)
    aggregated_metrics = rows_of_numbers()
