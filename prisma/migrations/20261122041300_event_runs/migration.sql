-- One run of events is open a pipeline: every process writes into the same.
CREATE UNIQUE INDEX "sync_run_events" ON "sync_run" ("pipeline") WHERE "trigger" = 'event' AND "state" = 'running';
