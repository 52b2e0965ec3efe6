-- AlterTable
ALTER TABLE "copy_repositories" ADD COLUMN     "operations" INTEGER,
ADD COLUMN     "read_bytes_per_second" BIGINT,
ADD COLUMN     "write_bytes_per_second" BIGINT;
