-- DropIndex
DROP INDEX "reference_ref_pipeline_ref_key_idx";
