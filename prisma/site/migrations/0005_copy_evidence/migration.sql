-- CreateEnum
CREATE TYPE "verification_method" AS ENUM ('FULL', 'SAMPLED');

-- CreateEnum
CREATE TYPE "verification_outcome" AS ENUM ('INTACT', 'DAMAGED');

-- AlterTable
ALTER TABLE "copies" ADD COLUMN "expiry_held_by" TEXT;

-- CreateTable
CREATE TABLE "copy_verifications" (
    "operation_id" TEXT NOT NULL,
    "copy_id" TEXT NOT NULL,
    "method" "verification_method" NOT NULL,
    "outcome" "verification_outcome" NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "bytes_read" BIGINT NOT NULL,
    "hash" TEXT,
    "problem" TEXT,
    "cause_kind" TEXT NOT NULL,
    "cause_name" TEXT NOT NULL,

    CONSTRAINT "copy_verifications_pkey" PRIMARY KEY ("operation_id")
);

-- CreateTable
CREATE TABLE "copy_history" (
    "copy_id" TEXT NOT NULL,
    "app_instance_name" TEXT NOT NULL COLLATE "C",
    "at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" "copy_outcome" NOT NULL,
    "bytes" BIGINT NOT NULL,
    "stored_bytes" BIGINT NOT NULL,

    CONSTRAINT "copy_history_pkey" PRIMARY KEY ("copy_id")
);

-- CreateIndex
CREATE INDEX "copy_verifications_copy_id_finished_at_operation_id_idx" ON "copy_verifications"("copy_id", "finished_at", "operation_id");

-- CreateIndex
CREATE INDEX "copy_history_at_idx" ON "copy_history"("at");

-- CreateIndex
CREATE INDEX "copy_history_app_instance_name_at_idx" ON "copy_history"("app_instance_name", "at");

-- AddForeignKey
ALTER TABLE "copy_verifications" ADD CONSTRAINT "copy_verifications_copy_id_fkey" FOREIGN KEY ("copy_id") REFERENCES "copies"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The copies that were taken here so far and are still there.
INSERT INTO "copy_history" ("copy_id", "app_instance_name", "at", "outcome", "bytes", "stored_bytes")
SELECT "id", "app_instance_name", "created_at", "outcome", "bytes", "stored_bytes" FROM "copies"
WHERE "operation_id" IS NOT NULL AND "phase" = 'DONE' AND "outcome" IS NOT NULL;
