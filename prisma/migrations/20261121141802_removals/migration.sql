-- What an earlier version held was kept as a list: it is judged anew by the next full pass.
UPDATE "held_removal" SET "state" = 'expired' WHERE "state" = 'held';

-- AlterTable
ALTER TABLE "held_removal" DROP COLUMN "items",
ADD COLUMN     "decided_at" TIMESTAMPTZ(6),
ADD COLUMN     "decided_by" TEXT,
ADD COLUMN     "held_at" TIMESTAMPTZ(6),
ALTER COLUMN "run" DROP NOT NULL,
ALTER COLUMN "reason" DROP NOT NULL,
ALTER COLUMN "state" DROP DEFAULT;

-- AlterTable
ALTER TABLE "pipeline_state" ADD COLUMN     "last_full_keys" INTEGER,
ADD COLUMN     "last_pass_mapping" INTEGER,
ADD COLUMN     "last_pass_values" BIGINT;

-- AlterTable
ALTER TABLE "queue_entry" ADD COLUMN     "removal_grant" BIGINT,
ADD COLUMN     "removal_send" BIGINT,
ADD COLUMN     "removal_set" BIGINT;

-- CreateTable
CREATE TABLE "removal_budget" (
    "pipeline" TEXT NOT NULL,
    "spent" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "removal_budget_pkey" PRIMARY KEY ("pipeline")
);

-- CreateTable
CREATE TABLE "incident" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "pipeline" TEXT,
    "connection" TEXT,
    "fingerprint" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "count" INTEGER NOT NULL DEFAULT 1,
    "opened_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(6),

    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "incident_state_opened_at_idx" ON "incident"("state", "opened_at");

-- What Prisma's schema language has no words for.

-- One set collects for a run, and one of a pipeline waits for a person.
CREATE UNIQUE INDEX "held_removal_collecting" ON "held_removal" ("pipeline", "run") WHERE "state" = 'collecting';
CREATE UNIQUE INDEX "held_removal_held" ON "held_removal" ("pipeline") WHERE "state" = 'held';
CREATE INDEX "queue_entry_removal_set" ON "queue_entry" ("removal_set") WHERE "state" = 'held';
CREATE UNIQUE INDEX "incident_open" ON "incident" ("fingerprint") WHERE "state" = 'open';
