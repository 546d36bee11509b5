-- AlterTable
ALTER TABLE "held_removal" ADD COLUMN     "passing" BOOLEAN NOT NULL DEFAULT false;
