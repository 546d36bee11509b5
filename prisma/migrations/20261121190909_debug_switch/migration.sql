-- CreateTable
CREATE TABLE "debug_switch" (
    "pipeline" TEXT NOT NULL,
    "entity_key" TEXT NOT NULL DEFAULT '',
    "until" TIMESTAMPTZ(6) NOT NULL,
    "set_by" TEXT NOT NULL,
    "set_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "debug_switch_pkey" PRIMARY KEY ("pipeline","entity_key")
);
