-- AlterTable
ALTER TABLE "operations" ADD COLUMN "log_head" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "operation_logs" (
    "operation_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "level" TEXT NOT NULL,
    "step" TEXT,
    "message" TEXT NOT NULL,

    CONSTRAINT "operation_logs_pkey" PRIMARY KEY ("operation_id","seq")
);

-- AddForeignKey
ALTER TABLE "operation_logs" ADD CONSTRAINT "operation_logs_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
