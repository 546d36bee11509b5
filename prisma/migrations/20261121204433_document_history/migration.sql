-- CreateTable
CREATE TABLE "document_history" (
    "id" BIGSERIAL NOT NULL,
    "time" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "connection" TEXT NOT NULL,
    "document_key" TEXT NOT NULL,
    "pipeline" TEXT NOT NULL,
    "entity_key" TEXT NOT NULL,
    "run" BIGINT,
    "mapping" INTEGER NOT NULL,
    "send_number" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "taken_down" TEXT,
    "hash" TEXT NOT NULL,
    "whole" BOOLEAN NOT NULL,
    "changed_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "document_history_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "document_history_of" ON "document_history"("pipeline", "entity_key", "document_key", "send_number");
