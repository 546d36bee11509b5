-- CreateTable
CREATE TABLE "housekeeping" (
    "day" DATE NOT NULL,
    "owner" TEXT NOT NULL,
    "leased_until" TIMESTAMPTZ(6) NOT NULL,
    "finished_at" TIMESTAMPTZ(6),
    "counts" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "housekeeping_pkey" PRIMARY KEY ("day")
);
