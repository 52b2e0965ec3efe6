-- CreateEnum
CREATE TYPE "broker_kind" AS ENUM ('DATA_SERVICE', 'PAAS', 'COPY_REPOSITORY');

-- CreateEnum
CREATE TYPE "app_instance_phase" AS ENUM ('DEPLOYING', 'RUNNING', 'STOPPING', 'STOPPED', 'DELETING', 'FAILED');

-- CreateEnum
CREATE TYPE "data_service_phase" AS ENUM ('CREATING', 'RUNNING', 'STOPPED', 'FAILED', 'REMOVING');

-- CreateEnum
CREATE TYPE "app_service_phase" AS ENUM ('STARTING', 'RUNNING', 'STOPPED', 'FAILED');

-- CreateEnum
CREATE TYPE "copy_phase" AS ENUM ('QUEUED', 'RUNNING', 'FINISHING', 'DONE');

-- CreateEnum
CREATE TYPE "copy_outcome" AS ENUM ('SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "consistency" AS ENUM ('CRASH', 'APPLICATION');

-- CreateTable
CREATE TABLE "site_identity" (
    "site_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "site_identity_pkey" PRIMARY KEY ("site_id")
);

-- CreateTable
CREATE TABLE "brokers" (
    "id" TEXT NOT NULL,
    "kind" "broker_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "brokers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "copy_repositories" (
    "id" TEXT NOT NULL,
    "broker_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sealed_properties" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "copy_repositories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_instances" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "phase" "app_instance_phase" NOT NULL,
    "reason" TEXT,
    "manifest" JSONB NOT NULL,
    "entry_point_url" TEXT,
    "restored_from_copy_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "app_instances_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "data_services" (
    "id" TEXT NOT NULL,
    "app_instance_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "broker_id" TEXT NOT NULL,
    "broker_key" TEXT NOT NULL,
    "plan_id" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "phase" "data_service_phase" NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "data_services_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_services" (
    "id" TEXT NOT NULL,
    "app_instance_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "broker_id" TEXT NOT NULL,
    "space" TEXT NOT NULL,
    "broker_key" TEXT NOT NULL,
    "phase" "app_service_phase" NOT NULL,
    "reason" TEXT,
    "entry_point_url" TEXT,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "app_services_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "copies" (
    "id" TEXT NOT NULL,
    "app_instance_id" TEXT NOT NULL,
    "app_instance_name" TEXT NOT NULL,
    "phase" "copy_phase" NOT NULL,
    "outcome" "copy_outcome",
    "usable" BOOLEAN NOT NULL DEFAULT false,
    "consistency" "consistency" NOT NULL,
    "taken_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "verified_at" TIMESTAMPTZ(3),
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "stored_bytes" BIGINT NOT NULL DEFAULT 0,
    "manifest" JSONB NOT NULL,
    "operation_id" TEXT,
    "origin_copy_id" TEXT,
    "origin_site_id" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "error_code" TEXT,
    "error_message" TEXT,

    CONSTRAINT "copies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "copy_parts" (
    "id" TEXT NOT NULL,
    "copy_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "data_service" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "repository_id" TEXT NOT NULL,
    "logical_bytes" BIGINT NOT NULL DEFAULT 0,
    "stored_bytes" BIGINT NOT NULL DEFAULT 0,
    "hash" TEXT,
    "consistency_point" TIMESTAMPTZ(3),
    "consistency_marker" TEXT,
    "origin_part_id" TEXT,

    CONSTRAINT "copy_parts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "copy_sends" (
    "copy_id" TEXT NOT NULL,
    "part_id" TEXT NOT NULL,
    "target_site_id" TEXT NOT NULL,
    "target_copy_id" TEXT NOT NULL,
    "receipt" JSONB NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "copy_sends_pkey" PRIMARY KEY ("target_copy_id","part_id")
);

-- CreateTable
CREATE TABLE "used_grants" (
    "grant_id" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_grants_pkey" PRIMARY KEY ("grant_id")
);

-- CreateTable
CREATE TABLE "trusted_hubs" (
    "hub_id" TEXT NOT NULL,
    "public_key" JSONB NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trusted_hubs_pkey" PRIMARY KEY ("hub_id")
);

-- CreateTable
CREATE TABLE "audit_records" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "principal_kind" TEXT NOT NULL,
    "principal_name" TEXT NOT NULL,
    "via" TEXT,
    "field" TEXT NOT NULL,
    "operation_name" TEXT,
    "outcome" TEXT NOT NULL,
    "error_code" TEXT,
    "remote_address" TEXT,

    CONSTRAINT "audit_records_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "brokers_kind_name_key" ON "brokers"("kind", "name");

-- CreateIndex
CREATE UNIQUE INDEX "copy_repositories_name_key" ON "copy_repositories"("name");

-- CreateIndex
CREATE INDEX "copy_repositories_broker_id_idx" ON "copy_repositories"("broker_id");

-- CreateIndex
CREATE INDEX "copy_repositories_created_at_id_idx" ON "copy_repositories"("created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "app_instances_name_key" ON "app_instances"("name");

-- CreateIndex
CREATE INDEX "app_instances_created_at_id_idx" ON "app_instances"("created_at", "id");

-- CreateIndex
CREATE INDEX "app_instances_name_id_idx" ON "app_instances"("name", "id");

-- CreateIndex
CREATE INDEX "app_instances_restored_from_copy_id_idx" ON "app_instances"("restored_from_copy_id");

-- CreateIndex
CREATE UNIQUE INDEX "data_services_broker_key_key" ON "data_services"("broker_key");

-- CreateIndex
CREATE INDEX "data_services_broker_id_idx" ON "data_services"("broker_id");

-- CreateIndex
CREATE INDEX "data_services_created_at_id_idx" ON "data_services"("created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "data_services_app_instance_id_name_key" ON "data_services"("app_instance_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "app_services_broker_key_key" ON "app_services"("broker_key");

-- CreateIndex
CREATE INDEX "app_services_broker_id_idx" ON "app_services"("broker_id");

-- CreateIndex
CREATE UNIQUE INDEX "app_services_app_instance_id_name_key" ON "app_services"("app_instance_id", "name");

-- CreateIndex
CREATE INDEX "copies_created_at_id_idx" ON "copies"("created_at", "id");

-- CreateIndex
CREATE INDEX "copies_taken_at_id_idx" ON "copies"("taken_at", "id");

-- CreateIndex
CREATE INDEX "copies_bytes_id_idx" ON "copies"("bytes", "id");

-- CreateIndex
CREATE INDEX "copies_app_instance_id_created_at_id_idx" ON "copies"("app_instance_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "copies_origin_copy_id_idx" ON "copies"("origin_copy_id");

-- CreateIndex
CREATE INDEX "copies_expires_at_idx" ON "copies"("expires_at");

-- CreateIndex
CREATE INDEX "copy_parts_repository_id_idx" ON "copy_parts"("repository_id");

-- CreateIndex
CREATE UNIQUE INDEX "copy_parts_copy_id_data_service_key" ON "copy_parts"("copy_id", "data_service");

-- CreateIndex
CREATE INDEX "copy_sends_copy_id_idx" ON "copy_sends"("copy_id");

-- CreateIndex
CREATE INDEX "used_grants_expires_at_idx" ON "used_grants"("expires_at");

-- CreateIndex
CREATE INDEX "audit_records_at_idx" ON "audit_records"("at");

-- AddForeignKey
ALTER TABLE "copy_repositories" ADD CONSTRAINT "copy_repositories_broker_id_fkey" FOREIGN KEY ("broker_id") REFERENCES "brokers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "data_services" ADD CONSTRAINT "data_services_app_instance_id_fkey" FOREIGN KEY ("app_instance_id") REFERENCES "app_instances"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "data_services" ADD CONSTRAINT "data_services_broker_id_fkey" FOREIGN KEY ("broker_id") REFERENCES "brokers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app_services" ADD CONSTRAINT "app_services_app_instance_id_fkey" FOREIGN KEY ("app_instance_id") REFERENCES "app_instances"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app_services" ADD CONSTRAINT "app_services_broker_id_fkey" FOREIGN KEY ("broker_id") REFERENCES "brokers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "copy_parts" ADD CONSTRAINT "copy_parts_copy_id_fkey" FOREIGN KEY ("copy_id") REFERENCES "copies"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "copy_parts" ADD CONSTRAINT "copy_parts_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "copy_repositories"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "copy_sends" ADD CONSTRAINT "copy_sends_copy_id_fkey" FOREIGN KEY ("copy_id") REFERENCES "copies"("id") ON DELETE CASCADE ON UPDATE CASCADE;
