-- CreateEnum
CREATE TYPE "hook_event" AS ENUM ('BEFORE_COPY', 'AFTER_COPY', 'AFTER_RESTORE');

-- CreateEnum
CREATE TYPE "hook_outcome" AS ENUM ('RUNNING', 'SUCCEEDED', 'FAILED', 'LATE', 'CANCELLED', 'INTERRUPTED', 'SKIPPED');

-- AlterTable
ALTER TABLE "copies" ADD COLUMN "consistency_asked" "consistency";
ALTER TABLE "copies" ADD COLUMN "hooks_attempted" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "copies" ADD COLUMN "hooks_failed" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "copies" ADD COLUMN "hooks_owed_since" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "copy_hook_runs" (
    "id" TEXT NOT NULL,
    "copy_id" TEXT NOT NULL,
    "operation_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "hook" TEXT NOT NULL,
    "event" "hook_event" NOT NULL,
    "service" TEXT NOT NULL,
    "outcome" "hook_outcome" NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "problem" TEXT,
    "output" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "copy_hook_runs_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "copy_hook_runs_copy_id_started_at_id_idx" ON "copy_hook_runs"("copy_id", "started_at", "id");

-- CreateIndex
CREATE INDEX "copies_consistency_created_at_id_idx" ON "copies"("consistency", "created_at", "id");

-- AddForeignKey
ALTER TABLE "copy_hook_runs" ADD CONSTRAINT "copy_hook_runs_copy_id_fkey" FOREIGN KEY ("copy_id") REFERENCES "copies"("id") ON DELETE CASCADE ON UPDATE CASCADE;
