import { registerEnumType } from 'type-graphql';
import { HealthSubjectKind } from '../../domain/health/health-board.js';
import { Health } from '../../domain/health/roll-up-health.js';
import { HookEvent, HookFailurePolicy, PortProtocol } from '../../domain/manifest/app-manifest.js';
import {
  AppInstancePhase,
  AppServicePhase,
  BrokerKind,
  Consistency,
  CopyOutcome,
  CopyPhase,
  DataServicePhase,
  HookOutcome,
  VerificationMethod,
  VerificationOutcome,
} from '../../store/generated/enums.js';


export const LogStream = { OUT: 'OUT', ERR: 'ERR' } as const;
export type LogStream = (typeof LogStream)[keyof typeof LogStream];

export const AppInstanceOrderField = { NAME: 'NAME', CREATED_AT: 'CREATED_AT' } as const;
export type AppInstanceOrderField = (typeof AppInstanceOrderField)[keyof typeof AppInstanceOrderField];

export const CopyOrderField = {
  CREATED_AT: 'CREATED_AT',
  TAKEN_AT: 'TAKEN_AT',
  VERIFIED_AT: 'VERIFIED_AT',
  EXPIRES_AT: 'EXPIRES_AT',
  BYTES: 'BYTES',
  STORED_BYTES: 'STORED_BYTES',
  APPLICATION: 'APPLICATION',
} as const;
export type CopyOrderField = (typeof CopyOrderField)[keyof typeof CopyOrderField];

export const CopyHistoryInterval = { HOUR: 'HOUR', DAY: 'DAY', WEEK: 'WEEK', MONTH: 'MONTH' } as const;
export type CopyHistoryInterval = (typeof CopyHistoryInterval)[keyof typeof CopyHistoryInterval];

/** Registers an enum with a sentence for each value: a value without one does not compile. */
function describeEnum<Values extends Record<string, string>>(
  values: Values,
  name: string,
  description: string,
  each: { readonly [Key in keyof Values]: string },
): void {
  registerEnumType(values, {
    name,
    description,
    valuesConfig: Object.fromEntries(Object.entries(each).map(([key, text]) => [key, { description: text }])) as never,
  });
}

describeEnum(Health, 'Health', 'How well something does, as it was last measured.', {
  HEALTHY: 'It does what it should.',
  DEGRADED: 'It works, with less than it should have, or is on its way up.',
  UNHEALTHY: 'It does not work.',
  UNKNOWN: 'It was not measured yet, or did not answer in time.',
});
describeEnum(AppInstancePhase, 'AppInstancePhase', 'Where an app instance stands.', {
  DEPLOYING: 'Its services are being created and started.',
  RUNNING: 'It shall run; its health says how well it does.',
  STOPPING: 'Its app services are being stopped.',
  STOPPED: 'Its app services are stopped, its data services stay.',
  DELETING: 'It is being removed.',
  FAILED: 'Its last operation failed; the reason says what to do.',
});
describeEnum(DataServicePhase, 'DataServicePhase', 'Where a data service stands.', {
  CREATING: 'It is being created, maybe from a copy; it cannot be used yet.',
  RUNNING: 'It can be bound and copied.',
  STOPPED: 'It is there and does not run.',
  FAILED: 'It cannot be used; the reason says why.',
  REMOVING: 'It is being removed with its content.',
});
describeEnum(AppServicePhase, 'AppServicePhase', 'Where an app service stands.', {
  STARTING: 'It is not healthy yet, or waits to be restarted.',
  RUNNING: 'It runs and is healthy.',
  STOPPED: 'It does not run, as was asked.',
  FAILED: 'The scheduler has given it up; the reason says why.',
});
describeEnum(CopyPhase, 'CopyPhase', 'Where a copy stands. How it ended is its outcome.', {
  QUEUED: 'It waits for its turn.',
  RUNNING: 'Bytes are being copied, received or verified.',
  FINISHING: 'It has failed or was cancelled, and its parts are being removed.',
  DONE: 'Nothing moves any more; the outcome is set.',
});
describeEnum(CopyOutcome, 'CopyOutcome', 'How a copy ended; only known when it is DONE.', {
  SUCCEEDED: 'It is whole and was verified.',
  SUCCEEDED_WITH_WARNINGS: 'It is whole and was verified; its operation says what is not as asked.',
  FAILED: 'It cannot be used; the error says why. Its parts were removed.',
  CANCELLED: 'Somebody stopped it. Its parts were removed.',
});
describeEnum(Consistency, 'Consistency', 'What the parts of a copy have in common.', {
  CRASH: 'Each part holds what its data service would hold after a crash at its moment. The moments of the parts are close to each other, but not one.',
  APPLICATION: 'All parts hold one moment at which writers were held, by the Site or by hooks of the application, and every hook before the copy succeeded: no part has a write that came after one that another part lacks.',
});
describeEnum(HookEvent, 'HookEvent', 'When a hook runs.', {
  BEFORE_COPY: 'Right before the consistency point of a copy; before any data is copied where a data service cannot wait for it.',
  AFTER_COPY: 'Right after the consistency point, also when the copy fails or is cancelled, and after a crash of the Site as soon as it runs again.',
  AFTER_RESTORE: 'In a restored application: statements before its app services start, commands when they run.',
});
describeEnum(HookFailurePolicy, 'HookFailurePolicy', 'What it means for an operation when a hook of it fails or is late.', {
  FAIL: 'The operation fails with HOOK_FAILED and takes back what it made.',
  CONTINUE: 'The operation goes on, records it and warns. A copy does not reach APPLICATION without its hooks before the copy.',
});
describeEnum(HookOutcome, 'HookOutcome', 'How a run of a hook ended.', {
  RUNNING: 'It has not ended.',
  SUCCEEDED: 'It did what it should.',
  FAILED: 'It could not be run, or says that it failed.',
  LATE: 'It came to its deadline and was ended.',
  CANCELLED: 'The operation was cancelled, or the Site stopped, and it was ended.',
  INTERRUPTED: 'The Site was killed while it ran.',
  SKIPPED: 'Nobody had to be told: its app service is stopped.',
});
describeEnum(VerificationMethod, 'VerificationMethod', 'How much of a copy was read to verify it.', {
  FULL: 'Every byte.',
  SAMPLED: 'Pieces at random places of each part; it finds wide damage soon, and proves nothing about the rest.',
});
describeEnum(VerificationOutcome, 'VerificationOutcome', 'What a verification found.', {
  INTACT: 'Every byte that was read is as it was written.',
  DAMAGED: 'Something is missing or has changed; the copy is not usable any more.',
});
describeEnum(CopyHistoryInterval, 'CopyHistoryInterval', 'How long one row of a history is, in UTC.', {
  HOUR: 'From full hour to full hour.',
  DAY: 'From midnight to midnight.',
  WEEK: 'From Monday to Monday.',
  MONTH: 'From the first to the first.',
});
describeEnum(BrokerKind, 'BrokerKind', 'What a broker is for.', {
  DATA_SERVICE: 'Provisions, binds, copies and restores data services.',
  PAAS: 'Runs app services on a scheduler.',
  COPY_REPOSITORY: 'Stores, lists, sends and restores copy parts.',
});
describeEnum(PortProtocol, 'PortProtocol', 'What is spoken on a port.', { HTTP: 'HTTP/1.1.', TCP: 'Anything over TCP.' });
describeEnum(LogStream, 'LogStream', 'Where an app service wrote a line.', { OUT: 'Standard output.', ERR: 'Standard error.' });
describeEnum(AppInstanceOrderField, 'AppInstanceOrderField', 'What app instances can be ordered by.', {
  NAME: 'By name.',
  CREATED_AT: 'By the time they were asked for.',
});
describeEnum(CopyOrderField, 'CopyOrderField', 'What copies can be ordered by.', {
  CREATED_AT: 'By the time they were asked for, or began to arrive.',
  TAKEN_AT: 'By their consistency point; those without one count as the latest.',
  VERIFIED_AT: 'By the time they were last read back; those that never were count as the latest.',
  EXPIRES_AT: 'By the time they expire; those that never do count as the latest.',
  BYTES: 'By their size.',
  STORED_BYTES: 'By the bytes that they added to their repositories.',
  APPLICATION: 'By the name of their application.',
});
describeEnum(HealthSubjectKind, 'HealthSubjectKind', 'What a change of health is about.', {
  SITE: 'The Site as a whole.',
  APP_INSTANCE: 'An app instance as a whole.',
  APP_SERVICE: 'One app service.',
  DATA_SERVICE: 'One data service.',
  BROKER: 'One broker.',
});

export { AppInstancePhase, AppServicePhase, BrokerKind, Consistency, CopyOutcome, CopyPhase, DataServicePhase, Health, HealthSubjectKind, HookEvent, HookFailurePolicy, HookOutcome, PortProtocol, VerificationMethod, VerificationOutcome };
