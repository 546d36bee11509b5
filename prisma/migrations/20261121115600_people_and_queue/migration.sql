-- AlterTable
ALTER TABLE "connection_state" ADD COLUMN     "paused_at" TIMESTAMPTZ(6),
ADD COLUMN     "paused_by" TEXT;

-- AlterTable
ALTER TABLE "pipeline_state" ADD COLUMN     "pause_reason" TEXT,
ADD COLUMN     "paused_at" TIMESTAMPTZ(6),
ADD COLUMN     "paused_by" TEXT,
ADD COLUMN     "source_connection" TEXT,
ADD COLUMN     "target_connection" TEXT;

-- AlterTable
ALTER TABLE "queue_entry" ADD COLUMN     "error_fingerprint" TEXT;

-- CreateTable
CREATE TABLE "audit_log" (
    "id" BIGSERIAL NOT NULL,
    "time" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_log_time_idx" ON "audit_log"("time");

-- CreateIndex
CREATE INDEX "sync_error_pipeline_entity_key_id_idx" ON "sync_error"("pipeline", "entity_key", "id");
