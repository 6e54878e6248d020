/** What the topics of schedules, and those of the lists that show them, say: look again. */
export const SCHEDULE_EVENTS = ["schedule_changed", "execution_changed", "schedules_dispatched"];
