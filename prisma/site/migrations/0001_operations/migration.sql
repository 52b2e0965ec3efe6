-- CreateTable
CREATE TABLE "operations" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "outcome" TEXT,
    "cause_kind" TEXT NOT NULL,
    "cause_name" TEXT NOT NULL,
    "subject_id" TEXT,
    "input" TEXT NOT NULL,
    "result" TEXT,
    "idempotency_key" TEXT,
    "retry_of" TEXT,
    "claimed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "error_code" TEXT,
    "error_message" TEXT,
    "warnings" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "bytes_total" BIGINT,
    "items_done" INTEGER NOT NULL DEFAULT 0,
    "items_total" INTEGER,
    "bytes_per_second" DOUBLE PRECISION,
    "eta_seconds" DOUBLE PRECISION,
    "cancel_requested_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "operations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operation_steps" (
    "operation_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "bytes_done" BIGINT,
    "bytes_total" BIGINT,
    "items_done" INTEGER,
    "items_total" INTEGER,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "operation_steps_pkey" PRIMARY KEY ("operation_id","position")
);

-- CreateTable
CREATE TABLE "operation_claims" (
    "key" TEXT NOT NULL,
    "operation_id" TEXT NOT NULL,

    CONSTRAINT "operation_claims_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "operation_executors" (
    "id" TEXT NOT NULL,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "operation_executors_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "journal_entries" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "subject_id" TEXT,
    "operation_id" TEXT,
    "message" TEXT NOT NULL,
    "payload" JSONB NOT NULL,

    CONSTRAINT "journal_entries_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "journal_state" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "head" BIGINT NOT NULL DEFAULT 0,
    "pruned_to" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "journal_state_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "operations_created_at_id_idx" ON "operations"("created_at", "id");

-- CreateIndex
CREATE INDEX "operations_subject_id_idx" ON "operations"("subject_id");

-- CreateIndex
CREATE INDEX "operations_phase_idx" ON "operations"("phase");

-- CreateIndex
CREATE UNIQUE INDEX "operations_kind_idempotency_key_key" ON "operations"("kind", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "operation_steps_operation_id_name_key" ON "operation_steps"("operation_id", "name");

-- CreateIndex
CREATE INDEX "operation_claims_operation_id_idx" ON "operation_claims"("operation_id");

-- CreateIndex
CREATE INDEX "journal_entries_subject_id_seq_idx" ON "journal_entries"("subject_id", "seq");

-- CreateIndex
CREATE INDEX "journal_entries_operation_id_seq_idx" ON "journal_entries"("operation_id", "seq");

-- CreateIndex
CREATE INDEX "journal_entries_at_seq_idx" ON "journal_entries"("at", "seq");

-- AddForeignKey
ALTER TABLE "operation_steps" ADD CONSTRAINT "operation_steps_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation_claims" ADD CONSTRAINT "operation_claims_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
