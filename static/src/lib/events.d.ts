/** What each kind of event carries. Written by `python -m docs.generate`: do not edit. */

export interface EventData {
  alert_changed: {
    alert_id: number;
    rule: string;
    state: string;
    severity: string;
  };
  attribute_generation_progress: {
    generation_id: number;
    done: number;
    failed: number;
    total: number;
    rate: number | null;
    eta_seconds: number | null;
    prompt_tokens: number;
    completion_tokens: number;
    cost: number | null;
    failures: Record<string, number>;
    server: string;
    detail: string | null;
    newest: string | null;
  };
  attribute_generation_state_changed: {
    generation_id: number;
    state: string;
    detail: string | null;
  };
  backtest_progress: {
    backtest_id: number;
    run_id: number;
    done: number;
    cutoffs: number;
    percent: number;
    job_state: string;
    detail: string | null;
  };
  batch_metrics: {
    step: number;
    batch_idx: number;
    loss: number | null;
    epoch: number;
    accuracy: number | null;
    client_id: string | null;
    round_number: number | null;
    total_batches: number | null;
  };
  benchmark_answers: {
    run_id: number;
    answers: Record<string, string | number | null>[];
  };
  benchmark_probed: {
    run_id: number;
    endpoint: string;
    warnings: string[];
  };
  benchmark_progress: {
    run_id: number;
    done: number;
    failed: number;
    total: number;
    rate: number | null;
    eta_seconds: number | null;
    prompt_tokens: number;
    completion_tokens: number;
    cost: number | null;
    failures: Record<string, number>;
    server: string;
    detail: string | null;
  };
  benchmark_queue_changed: {
    entry_id: number;
    status: string;
    result_id: number | null;
  };
  benchmark_state_changed: {
    run_id: number;
    state: string;
    detail: string | null;
  };
  benchmark_warm_up: {
    run_id: number;
    status: string;
    step: string | null;
    done: number;
    total: number;
  };
  client_complete: {
    run_id: number;
    client_id: string;
    round: number;
    status: string;
    total_rounds: number;
    total_local_epochs: number;
    metrics: Record<string, number | null>;
    num_samples: number;
    seconds: number;
    reason: string | null;
    waiting_seconds: number | null;
    training_seconds: number | null;
    sending_seconds: number | null;
    bytes_down: number | null;
    bytes_up: number | null;
    loss_before: number | null;
    loss_after: number | null;
  };
  client_progress: {
    run_id: number;
    client_id: string;
    round: number;
    local_epoch: number;
    metrics: Record<string, number | null>;
  };
  client_training_start: {
    run_id: number;
    client_id: string;
    round: number;
    status: string;
    local_epochs: number;
    num_samples: number;
  };
  dataset_status_update: {
    session_id: string;
    progress: number;
    step: string;
    status: string;
    message: string;
    job_state: string;
    eta_seconds: number | null;
    detail: string | null;
  };
  early_stopping: {
    epoch: number;
    best_metric_value: number | null;
    metric_name: string;
    patience: number;
  };
  epoch_end: {
    epoch: number;
    phase: string;
    metrics: Record<string, number | null>;
    client_id: string | null;
    round_number: number | null;
  };
  epoch_start: {
    epoch: number;
    total_epochs: number;
  };
  error: {
    error: string;
    error_type: string | null;
    client_id: string | null;
    round: number | null;
  };
  execution_changed: {
    schedule_id: number;
    execution_id: number;
    state: string;
    attempt: number;
  };
  forecast_progress: {
    run_id: number;
    model_name: string;
    step: string;
    phase: string;
    status: string;
    percent: number;
    message: string;
    epoch: number | null;
    total_epochs: number | null;
    epoch_seconds: number | null;
    eta_seconds: number | null;
  };
  gradient_stats: {
    step: number;
    total_norm: number | null;
    layer_norms: Record<string, number | null>;
    max_norm: number | null;
    min_norm: number | null;
    client_id: string | null;
  };
  import_changed: {
    import_id: number;
    status: string;
    job_state: string;
  };
  import_progress: {
    import_id: number;
    done: number;
    total: number | null;
    num_imported: number;
    num_skipped: number;
  };
  job_changed: {
    job_id: number;
    state: string;
  };
  log: {
    last_id: number;
  };
  lr_update: {
    current_lr: number;
    step: number;
    epoch: number;
    scheduler_type: string | null;
    client_id: string | null;
  };
  round_end: {
    round: number;
    total_rounds: number;
    fit_metrics: Record<string, number | null>;
    eval_metrics: Record<string, number | null>;
    refused: Record<string, string>;
    seconds: number;
    status: string;
    is_best: boolean;
    bytes_down: number | null;
    bytes_up: number | null;
  };
  round_metrics: {
    round: number;
    total_rounds: number;
    metrics: Record<string, number | null>;
  };
  round_start: {
    run_id: number;
    round: number;
    total_rounds: number;
    local_epochs: number;
    clients: string[];
  };
  run_changed: {
    run_id: number;
    status: string;
    job_state: string;
  };
  run_deleted: {
    run_id: number;
  };
  runs_changed: {
    action: string;
    run_ids: number[];
  };
  schedule_changed: {
    schedule_id: number;
    state: string;
    next_run_at: string | null;
    version: number;
  };
  schedules_dispatched: {
    executions: number;
  };
  series_points: {
    run_id: number;
    names: string[];
    last_step: number;
  };
  sites_answered: {
    run_id: number;
    round: number;
    phase: string;
    answered: string[];
    waiting_for: string[];
  };
  status: {
    status: string;
    job_state: string;
    attempt: number;
    message: string | null;
    message_code: string | null;
    message_params: Record<string, string | number> | null;
  };
  training_end: {
    run_id: number;
    status: string;
    experiment_name: string;
    training_mode: string;
    training_duration: number;
    total_epochs: number | null;
    total_rounds: number | null;
    best_epoch: number | null;
    best_round: number | null;
    best_val_recall: number | null;
    reason: string | null;
    reason_code: string | null;
    reason_params: Record<string, string | number> | null;
  };
  training_mode: {
    is_federated: boolean;
    num_rounds: number;
    num_clients: number;
  };
  training_start: {
    run_id: number;
    experiment_name: string;
    max_epochs: number | null;
    training_mode: string;
    client_id: string | null;
    attempt: number;
    resumed_from: number | null;
  };
}

export type EventType = keyof EventData;
