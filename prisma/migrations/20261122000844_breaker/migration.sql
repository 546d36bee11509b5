-- AlterTable
ALTER TABLE "connection_state" ADD COLUMN     "failure" TEXT,
ADD COLUMN     "next_trial_at" TIMESTAMPTZ(6),
ADD COLUMN     "opened_at" TIMESTAMPTZ(6),
ADD COLUMN     "trial" BIGINT,
ADD COLUMN     "trial_until" TIMESTAMPTZ(6),
ADD COLUMN     "trials" INTEGER NOT NULL DEFAULT 0;
