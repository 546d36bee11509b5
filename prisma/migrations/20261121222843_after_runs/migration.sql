-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "after_at" TIMESTAMPTZ(6),
ADD COLUMN     "after_attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "after_error" TEXT,
ADD COLUMN     "after_state" TEXT;

CREATE INDEX "sync_run_after" ON "sync_run" ("id") WHERE "after_state" = 'due';
