-- What people say of a copy, and the orders and filters of the catalogue. Each order is an index on (sort key, id). Where a
-- key may be missing, on the key with 'infinity' in its place, so that a page is one range of the index.
ALTER TABLE "copies" ADD COLUMN "labels" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "copies" ADD COLUMN "label_terms" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "copies" ADD COLUMN "notes" TEXT;

-- While a copy is being received: when what has arrived is thrown away. Until now this was "expires_at", which is free for
-- what people mean by it.
ALTER TABLE "copies" ADD COLUMN "receive_until" TIMESTAMPTZ(3);
UPDATE "copies" SET "receive_until" = "expires_at", "expires_at" = NULL WHERE "expires_at" IS NOT NULL;

ALTER TABLE "copies" ALTER COLUMN "app_instance_name" TYPE TEXT COLLATE "C";

DROP INDEX "copies_taken_at_id_idx";
DROP INDEX "copies_expires_at_idx";

-- CreateIndex
CREATE INDEX "copies_stored_bytes_id_idx" ON "copies"("stored_bytes", "id");

-- CreateIndex
CREATE INDEX "copies_app_instance_name_id_idx" ON "copies"("app_instance_name", "id");

-- CreateIndex
CREATE INDEX "copies_app_instance_name_created_at_id_idx" ON "copies"("app_instance_name", "created_at", "id");

-- CreateIndex
CREATE INDEX "copies_label_terms_idx" ON "copies" USING GIN ("label_terms");

-- CreateIndex
CREATE INDEX "copies_receive_until_idx" ON "copies"("receive_until");

-- Indexes on expressions, which the Prisma schema cannot say.
CREATE INDEX "copies_by_taken_at" ON "copies" ((coalesce("taken_at", 'infinity'::timestamptz)), "id");
CREATE INDEX "copies_by_verified_at" ON "copies" ((coalesce("verified_at", 'infinity'::timestamptz)), "id");
CREATE INDEX "copies_by_expires_at" ON "copies" ((coalesce("expires_at", 'infinity'::timestamptz)), "id");
CREATE INDEX "copies_by_text" ON "copies" USING GIN
  (to_tsvector('simple', translate("app_instance_name" || ' ' || coalesce("notes", ''), '._-/:@=,', '        ')));
-- The few that cannot be used are found without passing the many that can.
CREATE INDEX "copies_unusable" ON "copies" ("created_at", "id") WHERE "usable" = FALSE;
