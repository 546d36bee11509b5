-- AlterTable
ALTER TABLE "connection_state" ADD COLUMN     "trouble" TEXT,
ADD COLUMN     "trouble_at" TIMESTAMPTZ(6),
ADD COLUMN     "trouble_message" TEXT,
ADD COLUMN     "trouble_since" TIMESTAMPTZ(6);

-- AlterTable
ALTER TABLE "incident" ADD COLUMN     "acknowledged_at" TIMESTAMPTZ(6),
ADD COLUMN     "acknowledged_by" TEXT,
ADD COLUMN     "details" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "escalated_at" TIMESTAMPTZ(6),
ADD COLUMN     "notice_at" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "notices" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "recovery_told" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "severity" TEXT NOT NULL DEFAULT 'warning';

-- AlterTable
ALTER TABLE "pipeline_state" ADD COLUMN     "mapping_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "alert_mute" (
    "id" BIGSERIAL NOT NULL,
    "fingerprint" TEXT,
    "kind" TEXT,
    "pipeline" TEXT,
    "until" TIMESTAMPTZ(6) NOT NULL,
    "reason" TEXT,
    "muted_by" TEXT NOT NULL,
    "muted_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_mute_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_message" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "incident" BIGINT,
    "kind" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "instead_of" TEXT,
    "content" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'due',
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "leased_until" TIMESTAMPTZ(6),
    "sent_at" TIMESTAMPTZ(6),
    "error" TEXT,

    CONSTRAINT "alert_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_channel" (
    "channel" TEXT NOT NULL,
    "next_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "sent" BIGINT NOT NULL DEFAULT 0,
    "failed" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "alert_channel_pkey" PRIMARY KEY ("channel")
);

-- CreateTable
CREATE TABLE "alert_round" (
    "rule" TEXT NOT NULL,
    "next_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "memory" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "alert_round_pkey" PRIMARY KEY ("rule")
);

-- CreateIndex
CREATE UNIQUE INDEX "alert_message_key_key" ON "alert_message"("key");

-- CreateIndex
CREATE INDEX "alert_message_incident_idx" ON "alert_message"("incident");

-- What is still to be sent, by channel; what is over and was not told of: both are few among many.
CREATE INDEX "alert_message_due" ON "alert_message" ("channel", "id") WHERE "state" = 'due';
CREATE INDEX "incident_untold" ON "incident" ("id") WHERE "state" = 'closed' AND NOT "recovery_told";
