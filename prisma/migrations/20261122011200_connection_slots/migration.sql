-- CreateTable
CREATE TABLE "connection_slots" (
    "connection" TEXT NOT NULL,
    "most" INTEGER NOT NULL,
    "holders" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "connection_slots_pkey" PRIMARY KEY ("connection")
);
