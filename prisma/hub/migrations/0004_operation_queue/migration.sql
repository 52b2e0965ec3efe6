-- AlterTable
ALTER TABLE "operations" ADD COLUMN "queue" JSONB;

-- CreateTable
CREATE TABLE "operation_slots" (
    "operation_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "is_held" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "operation_slots_pkey" PRIMARY KEY ("operation_id","key")
);

-- AddForeignKey
ALTER TABLE "operation_slots" ADD CONSTRAINT "operation_slots_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
