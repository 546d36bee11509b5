-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "alive_until" TIMESTAMPTZ(6),
ADD COLUMN     "cancelled_by" TEXT,
ADD COLUMN     "counted_at" TIMESTAMPTZ(6),
ADD COLUMN     "cursor_from" JSONB,
ADD COLUMN     "cursor_to" JSONB,
ADD COLUMN     "phases" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "slot" TIMESTAMPTZ(6),
ADD COLUMN     "started_by" TEXT;

-- CreateTable
CREATE TABLE "run_request" (
    "id" BIGSERIAL NOT NULL,
    "pipeline" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "dry_run" BOOLEAN NOT NULL DEFAULT false,
    "limit_count" INTEGER,
    "chosen" JSONB,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(6),
    "finished_at" TIMESTAMPTZ(6),
    "owner" TEXT,
    "leased_until" TIMESTAMPTZ(6),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "cancelled_by" TEXT,
    "run" BIGINT,
    "error" TEXT,
    "result" JSONB,

    CONSTRAINT "run_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "actor" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "request" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("actor","key")
);

-- CreateIndex
CREATE INDEX "run_request_pipeline_id_idx" ON "run_request"("pipeline", "id");

-- CreateIndex
CREATE INDEX "idempotency_key_expires_at_idx" ON "idempotency_key"("expires_at");

-- CreateIndex
CREATE INDEX "sync_error_run_id_idx" ON "sync_error"("run", "id");

-- One of a pipeline and kind is open at a time; partial ones and dry runs hinder nobody.
CREATE UNIQUE INDEX "run_request_open" ON "run_request" ("pipeline", "kind") WHERE "state" IN ('waiting', 'running') AND NOT "dry_run" AND "kind" <> 'partial';

-- Looked at twice a second by every process that starts runs.
CREATE INDEX "run_request_to_do" ON "run_request" ("id") WHERE "state" IN ('waiting', 'running');
CREATE INDEX "sync_run_running" ON "sync_run" ("pipeline") WHERE "state" = 'running';
