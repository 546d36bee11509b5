-- AlterTable
ALTER TABLE "feed_cursor" ADD COLUMN     "under_way" BOOLEAN NOT NULL DEFAULT false;
