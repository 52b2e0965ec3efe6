-- AlterTable
ALTER TABLE "copies" ADD COLUMN     "origin_key" JSONB;

-- AlterTable
ALTER TABLE "copy_sends" ADD COLUMN     "target_key" JSONB,
ALTER COLUMN "receipt" SET DATA TYPE TEXT USING "receipt" ->> 'signature';

-- CreateTable
CREATE TABLE "transfer_receipts" (
    "part_id" TEXT NOT NULL,
    "receipt" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "transfer_receipts_pkey" PRIMARY KEY ("part_id")
);

-- AddForeignKey
ALTER TABLE "transfer_receipts" ADD CONSTRAINT "transfer_receipts_part_id_fkey" FOREIGN KEY ("part_id") REFERENCES "copy_parts"("id") ON DELETE CASCADE ON UPDATE CASCADE;
