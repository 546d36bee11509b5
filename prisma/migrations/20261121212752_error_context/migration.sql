-- AlterTable
ALTER TABLE "sync_error" ADD COLUMN     "attempt" INTEGER,
ADD COLUMN     "class" TEXT,
ADD COLUMN     "context" JSONB;
