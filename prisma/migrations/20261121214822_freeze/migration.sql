-- AlterTable
ALTER TABLE "connection_state" ADD COLUMN     "freeze_reason" TEXT,
ADD COLUMN     "frozen_at" TIMESTAMPTZ(6),
ADD COLUMN     "frozen_by" TEXT,
ADD COLUMN     "frozen_except" TEXT[] DEFAULT ARRAY[]::TEXT[];
