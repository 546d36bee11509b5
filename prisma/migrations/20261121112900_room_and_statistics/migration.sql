-- Every address gets its shop's id a moment after it was taken: with room on its page no index is touched by that.
ALTER TABLE "address" SET (fillfactor = 75);

-- No plan ever looks into a document; sampling them cost two thirds of every ANALYZE.
ALTER TABLE "mirror_document" ALTER COLUMN "document" SET STATISTICS 0;

-- The text as it was mapped and hashed: nothing is ever looked up inside of it, and it is read back byte for byte.
ALTER TABLE "mirror_document" ALTER COLUMN "document" SET DATA TYPE JSON USING "document"::json;
