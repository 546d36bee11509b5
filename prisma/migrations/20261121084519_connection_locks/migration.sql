-- CreateTable
CREATE TABLE "connection_lock" (
    "connection" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "leased_until" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "connection_lock_pkey" PRIMARY KEY ("connection","name")
);
