-- CreateTable
CREATE TABLE "schedule_slot" (
    "pipeline" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "slot" TIMESTAMPTZ(6) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "owner" TEXT NOT NULL,
    "leased_until" TIMESTAMPTZ(6) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "schedule_slot_pkey" PRIMARY KEY ("pipeline","kind","slot")
);

-- One run of a pipeline at a time.
CREATE UNIQUE INDEX "schedule_slot_running" ON "schedule_slot" ("pipeline") WHERE "state" = 'running';
