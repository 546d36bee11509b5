-- CreateTable
CREATE TABLE "source_mark" (
    "feed" TEXT NOT NULL,
    "entity_key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "version" TEXT,
    "version_order" BIGINT,

    CONSTRAINT "source_mark_pkey" PRIMARY KEY ("feed","entity_key")
);
