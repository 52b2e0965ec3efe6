-- CreateTable
CREATE TABLE "registered_sites" (
    "id" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "location_label" TEXT NOT NULL,
    "latitude" DOUBLE PRECISION,
    "longitude" DOUBLE PRECISION,
    "version" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "sdl" TEXT,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "announced_state" TEXT,
    "last_seen_at" TIMESTAMPTZ(3),

    CONSTRAINT "registered_sites_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_records" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "principal_kind" TEXT NOT NULL,
    "principal_name" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "operation_name" TEXT,
    "outcome" TEXT NOT NULL,
    "error_code" TEXT,
    "remote_address" TEXT,

    CONSTRAINT "audit_records_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_records_at_idx" ON "audit_records"("at");
