-- Cursors compare text by code point, at every Site alike and whatever the locale of its database.
ALTER TABLE "app_instances" ALTER COLUMN "id" TYPE TEXT COLLATE "C";
ALTER TABLE "app_instances" ALTER COLUMN "name" TYPE TEXT COLLATE "C";
ALTER TABLE "data_services" ALTER COLUMN "id" TYPE TEXT COLLATE "C";
ALTER TABLE "copies" ALTER COLUMN "id" TYPE TEXT COLLATE "C";
