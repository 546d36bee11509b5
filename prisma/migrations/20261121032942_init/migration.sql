-- CreateTable
CREATE TABLE "queue_entry" (
    "pipeline" TEXT NOT NULL,
    "entity_key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'ready',
    "cause" TEXT NOT NULL,
    "revision" BIGINT NOT NULL,
    "claim_order" TIMESTAMPTZ(6) NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "enqueued_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(6),
    "version" TEXT,
    "version_order" BIGINT,
    "changed_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "hold" BIGINT,
    "next_hold" BIGINT,
    "token" BIGINT,
    "leased_by" TEXT,
    "leased_until" TIMESTAMPTZ(6),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "losses" INTEGER NOT NULL DEFAULT 0,
    "losses_alone" INTEGER NOT NULL DEFAULT 0,
    "proof" BIGINT,
    "stale_since" TIMESTAMPTZ(6),
    "run" BIGINT,
    "error_code" TEXT,
    "error_message" TEXT,
    "error_field" TEXT,

    CONSTRAINT "queue_entry_pkey" PRIMARY KEY ("pipeline","entity_key")
);

-- CreateTable
CREATE TABLE "sighting" (
    "pipeline" TEXT NOT NULL,
    "entity_key" TEXT NOT NULL,
    "version" TEXT,
    "version_order" BIGINT,
    "version_closed" BOOLEAN NOT NULL DEFAULT false,
    "pass" BIGINT,

    CONSTRAINT "sighting_pkey" PRIMARY KEY ("pipeline","entity_key")
);

-- CreateTable
CREATE TABLE "mirror_document" (
    "connection" TEXT NOT NULL,
    "document_key" TEXT NOT NULL,
    "pipeline" TEXT NOT NULL,
    "entity_key" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "store" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'live',
    "in_doubt" BOOLEAN NOT NULL DEFAULT false,
    "hash" TEXT,
    "ref_digest" TEXT,
    "document" JSONB,
    "intended_hash" TEXT,
    "rejected_hash" TEXT,
    "send_number" BIGINT NOT NULL,
    "sent_at" TIMESTAMPTZ(6) NOT NULL,
    "read_number" BIGINT NOT NULL,
    "acknowledged_at" TIMESTAMPTZ(6),
    "mapping" INTEGER NOT NULL DEFAULT 0,
    "taken_down" TEXT,

    CONSTRAINT "mirror_document_pkey" PRIMARY KEY ("connection","document_key")
);

-- CreateTable
CREATE TABLE "identity" (
    "connection" TEXT NOT NULL,
    "pipeline" TEXT NOT NULL,
    "entity_key" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("connection","pipeline","entity_key")
);

-- CreateTable
CREATE TABLE "address" (
    "connection" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "pipeline" TEXT NOT NULL,
    "entity_key" TEXT NOT NULL,
    "target_id" TEXT,

    CONSTRAINT "address_pkey" PRIMARY KEY ("connection","resource","address")
);

-- CreateTable
CREATE TABLE "reference" (
    "pipeline" TEXT NOT NULL,
    "entity_key" TEXT NOT NULL,
    "ref_pipeline" TEXT NOT NULL,
    "ref_key" TEXT NOT NULL,
    "strength" TEXT NOT NULL,

    CONSTRAINT "reference_pkey" PRIMARY KEY ("pipeline","entity_key","ref_pipeline","ref_key")
);

-- CreateTable
CREATE TABLE "feed_cursor" (
    "feed" TEXT NOT NULL,
    "cursor" JSONB,
    "moves" BIGINT NOT NULL DEFAULT 0,
    "position" BIGINT,
    "leased_by" TEXT,
    "lease_token" BIGINT,
    "leased_until" TIMESTAMPTZ(6),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feed_cursor_pkey" PRIMARY KEY ("feed")
);

-- CreateTable
CREATE TABLE "pipeline_state" (
    "pipeline" TEXT NOT NULL,
    "mapping" INTEGER NOT NULL DEFAULT 0,
    "mapping_hash" TEXT,
    "remap_pending" BOOLEAN NOT NULL DEFAULT false,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "last_sync" BIGINT,
    "last_full_sync" TIMESTAMPTZ(6),
    "last_pass" BIGINT,
    "last_pass_keys" INTEGER,

    CONSTRAINT "pipeline_state_pkey" PRIMARY KEY ("pipeline")
);

-- CreateTable
CREATE TABLE "connection_state" (
    "connection" TEXT NOT NULL,
    "paused_until" TIMESTAMPTZ(6),
    "pause_reason" TEXT,
    "epoch" INTEGER NOT NULL DEFAULT 1,
    "provisioned" JSONB NOT NULL DEFAULT '{}',
    "failures" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "connection_state_pkey" PRIMARY KEY ("connection")
);

-- CreateTable
CREATE TABLE "sync_run" (
    "id" BIGSERIAL NOT NULL,
    "pipeline" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(6),
    "owner" TEXT,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "error" TEXT,

    CONSTRAINT "sync_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sync_error" (
    "id" BIGSERIAL NOT NULL,
    "time" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "run" BIGINT,
    "pipeline" TEXT NOT NULL,
    "entity_key" TEXT,
    "document_key" TEXT,
    "stage" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "field" TEXT,
    "message" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,

    CONSTRAINT "sync_error_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "held_removal" (
    "id" BIGSERIAL NOT NULL,
    "pipeline" TEXT NOT NULL,
    "run" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'held',
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "items" JSONB NOT NULL,

    CONSTRAINT "held_removal_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "mirror_document_pipeline_entity_key_idx" ON "mirror_document"("pipeline", "entity_key");

-- CreateIndex
CREATE INDEX "address_connection_pipeline_entity_key_idx" ON "address"("connection", "pipeline", "entity_key");

-- CreateIndex
CREATE INDEX "reference_ref_pipeline_ref_key_idx" ON "reference"("ref_pipeline", "ref_key");

-- CreateIndex
CREATE INDEX "sync_run_pipeline_started_at_idx" ON "sync_run"("pipeline", "started_at");

-- CreateIndex
CREATE INDEX "sync_error_pipeline_time_idx" ON "sync_error"("pipeline", "time");

-- CreateIndex
CREATE INDEX "held_removal_pipeline_state_idx" ON "held_removal"("pipeline", "state");

-- What Prisma's schema language has no words for.

-- Revisions, tokens, send and read numbers are never reused, so that a late answer finds nothing of a later life (rule 1).
CREATE SEQUENCE "revision_seq" CACHE 1;
CREATE SEQUENCE "token_seq" CACHE 1;
CREATE SEQUENCE "send_seq" CACHE 1;
CREATE SEQUENCE "read_seq" CACHE 1;

-- The claim reads ready rows only: leased, waiting and parked ones never stand in front of it.
CREATE INDEX "queue_entry_ready" ON "queue_entry" ("pipeline", "claim_order", "entity_key") WHERE "state" = 'ready';
CREATE INDEX "queue_entry_due" ON "queue_entry" ("due_at") WHERE "state" IN ('waiting', 'parked');
CREATE INDEX "queue_entry_lease_end" ON "queue_entry" ("leased_until") WHERE "state" = 'leased';
-- The last sync time asks for the smallest hold of the open entries (rule 15).
CREATE INDEX "queue_entry_hold" ON "queue_entry" ("pipeline", "hold") WHERE "hold" IS NOT NULL;

-- References are resolved without case, as PIMs compare codes.
CREATE INDEX "identity_folded" ON "identity" ("connection", "pipeline", lower("entity_key"));
CREATE INDEX "reference_folded" ON "reference" ("ref_pipeline", lower("ref_key"));

-- Rows of the queue live for seconds: room on the page for their updates, and vacuum before they pile up.
ALTER TABLE "queue_entry" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE "mirror_document" SET (fillfactor = 85);
ALTER TABLE "sighting" SET (fillfactor = 85);
