-- CreateTable
CREATE TABLE "related_hint" (
    "feed" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "revision" BIGINT NOT NULL,
    "taken_until" TIMESTAMPTZ(6),

    CONSTRAINT "related_hint_pkey" PRIMARY KEY ("feed","key")
);
