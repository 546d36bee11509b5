-- Doubt that an earlier send left behind (rule 4), sends that may still arrive (rule 19), the address a document was sent under (rule 9).
ALTER TABLE "mirror_document"
  ADD COLUMN "doubt_before" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "verify_at" TIMESTAMPTZ(6),
  ADD COLUMN "address" TEXT;

-- What Prisma's schema language has no words for.

-- Renewals and give-backs name tokens.
CREATE INDEX "queue_entry_token" ON "queue_entry" ("token") WHERE "token" IS NOT NULL;
-- The last sync time asks for the smallest hold of open entries; what is dead or absent does not hold it, but is counted beside it (rule 15).
DROP INDEX "queue_entry_hold";
CREATE INDEX "queue_entry_hold" ON "queue_entry" ("pipeline", "hold") WHERE "hold" IS NOT NULL AND "state" IN ('ready', 'leased', 'waiting', 'parked', 'submitted');
CREATE INDEX "queue_entry_next_hold" ON "queue_entry" ("pipeline", "next_hold") WHERE "next_hold" IS NOT NULL AND "state" IN ('ready', 'leased', 'waiting', 'parked', 'submitted');
CREATE INDEX "queue_entry_aside" ON "queue_entry" ("pipeline", "state") WHERE "state" IN ('dead', 'absent', 'held', 'parked');

-- Rows that somebody must look at again, and the one entity a shop's id belongs to.
CREATE INDEX "mirror_document_doubt" ON "mirror_document" ("pipeline", "entity_key") WHERE "in_doubt";
CREATE INDEX "mirror_document_verify" ON "mirror_document" ("pipeline", "verify_at") WHERE "verify_at" IS NOT NULL;
CREATE INDEX "identity_target" ON "identity" ("connection", "resource", "target_id");
