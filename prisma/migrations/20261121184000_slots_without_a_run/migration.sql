-- AlterTable
ALTER TABLE "schedule_slot" ADD COLUMN     "first_slot" TIMESTAMPTZ(6),
ADD COLUMN     "reason" TEXT,
ADD COLUMN     "skipped" INTEGER NOT NULL DEFAULT 0,
ALTER COLUMN "owner" DROP NOT NULL,
ALTER COLUMN "leased_until" DROP NOT NULL;

-- The newest that was taken, however many have no run since.
CREATE INDEX "schedule_slot_taken" ON "schedule_slot" ("pipeline", "kind", "slot" DESC) WHERE "state" <> 'skipped';
