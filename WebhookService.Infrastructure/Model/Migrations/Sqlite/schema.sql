CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

BEGIN TRANSACTION;
CREATE TABLE "instances" (
    "instance_id" INTEGER NOT NULL CONSTRAINT "PK_instances" PRIMARY KEY AUTOINCREMENT,
    "started_at" TEXT NOT NULL,
    "heartbeat_at" TEXT NOT NULL
);

CREATE TABLE "transactions" (
    "sequence" INTEGER NOT NULL CONSTRAINT "PK_transactions" PRIMARY KEY,
    "transaction_id" TEXT NOT NULL,
    "source_account" TEXT NOT NULL,
    "destination_account" TEXT NOT NULL,
    "amount" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "processed_at" TEXT NULL,
    "attempts" INTEGER NOT NULL,
    "failure_reason" TEXT NULL,
    "claimed_by" INTEGER NULL
);

CREATE INDEX "ix_transactions_destination" ON "transactions" ("destination_account", "created_at") WHERE processed_at IS NOT NULL;

CREATE INDEX "ix_transactions_failed" ON "transactions" ("created_at", "sequence") WHERE status = 'FAILED';

CREATE INDEX "ix_transactions_finished" ON "transactions" ("created_at") WHERE processed_at IS NOT NULL;

CREATE INDEX "ix_transactions_processing" ON "transactions" ("created_at", "sequence", "claimed_by") WHERE status = 'PROCESSING';

CREATE INDEX "ix_transactions_source" ON "transactions" ("source_account", "created_at") WHERE processed_at IS NOT NULL;

CREATE UNIQUE INDEX "ux_transactions_transaction_id" ON "transactions" ("transaction_id");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123143042_Initial', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE transactions RENAME TO transactions_with_text;
CREATE TABLE transactions (
    sequence INTEGER NOT NULL CONSTRAINT PK_transactions PRIMARY KEY,
    transaction_id TEXT NOT NULL,
    source_account TEXT NOT NULL,
    destination_account TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    processed_at INTEGER NULL,
    attempts INTEGER NOT NULL,
    failure_reason TEXT NULL,
    claimed_by INTEGER NULL);
INSERT INTO transactions
SELECT sequence, transaction_id, source_account, destination_account, amount, currency, status,
    CAST(strftime('%s', substr(created_at, 1, 19)) AS INTEGER) * 1000000 + CAST(substr(created_at, 21, 6) AS INTEGER), CAST(strftime('%s', substr(processed_at, 1, 19)) AS INTEGER) * 1000000 + CAST(substr(processed_at, 21, 6) AS INTEGER), attempts, failure_reason, claimed_by
FROM transactions_with_text ORDER BY sequence;
DROP TABLE transactions_with_text;
CREATE UNIQUE INDEX ux_transactions_transaction_id ON transactions (transaction_id);
CREATE INDEX ix_transactions_processing ON transactions (created_at, sequence, claimed_by)
    WHERE status = 'PROCESSING';
CREATE INDEX ix_transactions_finished ON transactions (created_at) WHERE processed_at IS NOT NULL;
CREATE INDEX ix_transactions_source ON transactions (source_account, created_at)
    WHERE processed_at IS NOT NULL;
CREATE INDEX ix_transactions_destination ON transactions (destination_account, created_at)
    WHERE processed_at IS NOT NULL;
CREATE INDEX ix_transactions_failed ON transactions (created_at, sequence) WHERE status = 'FAILED';

ALTER TABLE instances RENAME TO instances_with_text;
CREATE TABLE instances (
    instance_id INTEGER NOT NULL CONSTRAINT PK_instances PRIMARY KEY AUTOINCREMENT,
    started_at INTEGER NOT NULL,
    heartbeat_at INTEGER NOT NULL);
INSERT INTO instances
SELECT instance_id, CAST(strftime('%s', substr(started_at, 1, 19)) AS INTEGER) * 1000000 + CAST(substr(started_at, 21, 6) AS INTEGER), CAST(strftime('%s', substr(heartbeat_at, 1, 19)) AS INTEGER) * 1000000 + CAST(substr(heartbeat_at, 21, 6) AS INTEGER)
FROM instances_with_text;
DROP TABLE instances_with_text;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123173247_TimesAsMicroseconds', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
DROP INDEX "ix_transactions_destination";

DROP INDEX "ix_transactions_failed";

DROP INDEX "ix_transactions_finished";

DROP INDEX "ix_transactions_processing";

DROP INDEX "ix_transactions_source";

ALTER TABLE "transactions" ADD "content_hash" BLOB NULL;

ALTER TABLE "transactions" ADD "earlier_attempts" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "transactions" ADD "next_attempt_at" INTEGER NULL;

CREATE TABLE attempts (
    sequence INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    http_status INTEGER NULL,
    detail TEXT NULL,
    instance_id INTEGER NOT NULL,
    CONSTRAINT PK_attempts PRIMARY KEY (sequence, number)) WITHOUT ROWID;
CREATE TABLE conflicts (
    sequence INTEGER NOT NULL,
    content_hash BLOB NOT NULL,
    source_account TEXT NOT NULL,
    destination_account TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    first_received_at INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    CONSTRAINT PK_conflicts PRIMARY KEY (sequence, content_hash)) WITHOUT ROWID;

CREATE TABLE "totals" (
    "instance_id" INTEGER NOT NULL CONSTRAINT "PK_totals" PRIMARY KEY,
    "accepted" INTEGER NOT NULL,
    "processed" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "retried" INTEGER NOT NULL,
    "conflicts" INTEGER NOT NULL
);

INSERT INTO totals (instance_id, accepted, processed, failed, retried, conflicts)
SELECT 0, COUNT(*), COALESCE(SUM(CASE status WHEN 'PROCESSED' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE status WHEN 'FAILED' THEN 1 ELSE 0 END), 0), 0, 0
FROM transactions;

CREATE INDEX "ix_transactions_destination" ON "transactions" ("destination_account", "created_at") WHERE processed_at IS NOT NULL AND content_hash IS NULL;

CREATE INDEX "ix_transactions_due" ON "transactions" ("next_attempt_at", "sequence") WHERE next_attempt_at IS NOT NULL;

CREATE INDEX "ix_transactions_failed" ON "transactions" ("created_at", "sequence") WHERE status = 'FAILED' AND content_hash IS NULL;

CREATE INDEX "ix_transactions_finished" ON "transactions" ("created_at") WHERE processed_at IS NOT NULL AND content_hash IS NULL;

CREATE INDEX "ix_transactions_processing" ON "transactions" ("created_at", "sequence", "claimed_by") WHERE status = 'PROCESSING' AND next_attempt_at IS NULL;

CREATE INDEX "ix_transactions_source" ON "transactions" ("source_account", "created_at") WHERE processed_at IS NOT NULL AND content_hash IS NULL;

CREATE INDEX "ix_transactions_waiting" ON "transactions" ("created_at", "sequence") WHERE next_attempt_at IS NOT NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261124045617_Attempts', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "transactions" ADD "trace_parent" TEXT NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261124205139_TraceParent', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "transactions" ADD "claim" INTEGER NOT NULL DEFAULT 1;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261127163151_Claim', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "transactions" ADD "source" TEXT NULL;

CREATE TABLE "events" (
    "sequence" INTEGER NOT NULL CONSTRAINT "PK_events" PRIMARY KEY,
    "event_type" TEXT NULL,
    "event_id" TEXT NULL,
    "occurred_at" INTEGER NULL,
    "content_type" TEXT NULL,
    "body" BLOB NULL
);

CREATE TABLE "quarantine" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_quarantine" PRIMARY KEY AUTOINCREMENT,
    "source" TEXT NOT NULL,
    "event_key" BLOB NOT NULL,
    "received_at" INTEGER NOT NULL,
    "last_received_at" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "event_type" TEXT NULL,
    "event_id" TEXT NULL,
    "times" INTEGER NOT NULL,
    "headers" TEXT NOT NULL,
    "content_type" TEXT NULL,
    "body" BLOB NOT NULL
);

CREATE INDEX "ix_quarantine_last_received" ON "quarantine" ("last_received_at");

CREATE INDEX "ix_quarantine_source" ON "quarantine" ("source", "id");

CREATE UNIQUE INDEX "ux_quarantine_event" ON "quarantine" ("source", "event_key");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261129122547_Sources', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
ALTER TABLE "transactions" ADD "succeeded_start" INTEGER NULL;

ALTER TABLE "transactions" ADD "succeeded_status" INTEGER NULL;

CREATE INDEX "ix_attempts_started" ON "attempts" ("started_at");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261129215150_Slim', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "audit" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_audit" PRIMARY KEY AUTOINCREMENT,
    "recorded_at" INTEGER NOT NULL,
    "operator_name" TEXT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NULL,
    "affected" INTEGER NOT NULL,
    "reason" TEXT NULL
);

CREATE INDEX "ix_audit_pause" ON "audit" ("id") WHERE action IN ('pause', 'resume');

CREATE INDEX "ix_audit_target" ON "audit" ("target", "id");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130130858_Audit', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
DROP INDEX "ix_transactions_failed";

ALTER TABLE "transactions" ADD "dismissed_at" INTEGER NULL;

ALTER TABLE "transactions" ADD "dismissed_by" TEXT NULL;

ALTER TABLE "transactions" ADD "note" TEXT NULL;

ALTER TABLE "totals" ADD "dismissed" INTEGER NOT NULL DEFAULT 0;

CREATE INDEX "ix_transactions_dismissed" ON "transactions" ("created_at", "sequence") WHERE status = 'FAILED' AND content_hash IS NULL AND dismissed_at IS NOT NULL;

CREATE INDEX "ix_transactions_failed" ON "transactions" ("created_at", "sequence") WHERE status = 'FAILED' AND content_hash IS NULL AND dismissed_at IS NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130161815_Dismissals', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "alerts" (
    "kind" TEXT NOT NULL CONSTRAINT "PK_alerts" PRIMARY KEY,
    "version" INTEGER NOT NULL,
    "sent_at" INTEGER NULL,
    "held_until" INTEGER NULL,
    "since" INTEGER NULL,
    "mark" INTEGER NOT NULL
);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130164401_Alerts', '10.0.14');

COMMIT;

BEGIN TRANSACTION;
CREATE TABLE "samples" (
    "grain" INTEGER NOT NULL,
    "sampled_at" INTEGER NOT NULL,
    "accepted" INTEGER NOT NULL,
    "processed" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "processing" INTEGER NOT NULL,
    "oldest_ms" INTEGER NULL,
    "accept_p99_us" INTEGER NULL,
    CONSTRAINT "PK_samples" PRIMARY KEY ("grain", "sampled_at")
);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261130164554_Samples', '10.0.14');

COMMIT;

