-- AlterTable
ALTER TABLE "pipeline_state" ADD COLUMN     "owned_fields" TEXT[] DEFAULT ARRAY[]::TEXT[];
