-- AlterTable
ALTER TABLE "operation_steps" ADD COLUMN "result" TEXT;
