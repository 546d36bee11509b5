-- AlterTable
ALTER TABLE "pipeline_state" ADD COLUMN     "axis" TEXT NOT NULL DEFAULT 'none',
ADD COLUMN     "full_every_ms" BIGINT,
ADD COLUMN     "max_lag_ms" BIGINT;
