-- AlterTable
ALTER TABLE "operations" ADD COLUMN "bytes_new" BIGINT,
ADD COLUMN "bytes_read" BIGINT,
ADD COLUMN "bytes_sent" BIGINT,
ADD COLUMN "bytes_stored" BIGINT,
ADD COLUMN "bytes_verified" BIGINT,
ADD COLUMN "parts" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "operation_steps" ADD COLUMN "bytes_new" BIGINT,
ADD COLUMN "bytes_read" BIGINT,
ADD COLUMN "bytes_sent" BIGINT,
ADD COLUMN "bytes_stored" BIGINT,
ADD COLUMN "bytes_verified" BIGINT,
ADD COLUMN "parts" JSONB NOT NULL DEFAULT '[]';
