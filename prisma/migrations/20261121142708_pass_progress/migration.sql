-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "progress" JSONB;

-- The newest pass that somebody may want a forecast of, and the runs of a first load, among any number of deltas.
CREATE INDEX "sync_run_progress" ON "sync_run" ("pipeline", "started_at" DESC, "id" DESC) WHERE "progress" IS NOT NULL;
CREATE INDEX "sync_run_initial" ON "sync_run" ("pipeline", "id") WHERE "kind" = 'initial';

-- Deltas go on while a full pass lists.
DROP INDEX "schedule_slot_running";
CREATE UNIQUE INDEX "schedule_slot_running" ON "schedule_slot" ("pipeline", "kind") WHERE "state" = 'running';
