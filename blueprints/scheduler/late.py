"""The routes of the scheduler."""

from blueprints.scheduler.overview.routes_dashboard import dashboard
from blueprints.scheduler.overview.routes_events import event_log
from blueprints.scheduler.overview.routes_logs import execution_log
from blueprints.scheduler.overview.routes_orders import task_orders
from blueprints.scheduler.overview.routes_platform import platform
from blueprints.scheduler.overview.routes_system import scheduler_system
from blueprints.scheduler.routes_executions import executions
from blueprints.scheduler.routes_files import schedule_files
from blueprints.scheduler.routes_lifecycle import lifecycle
from blueprints.scheduler.routes_schedules import schedules
from blueprints.scheduler.routes_week import week

BLUEPRINTS = (
    schedules,
    week,
    schedule_files,
    lifecycle,
    executions,
    platform,
    execution_log,
    dashboard,
    task_orders,
    event_log,
    scheduler_system,
)
