import { ByteCountScalar, Node } from '@ocopea/graph';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { AppManifest } from './app-manifest.js';
import { OperationCause } from '../operation-type.js';
import { Consistency, CopyOutcome, CopyPhase, VerificationMethod, VerificationOutcome } from './enums.js';
import { Site } from './site.js';

@ObjectType({ implements: Node, description: 'A copy of a whole application: its manifest as it ran, and a part for each data service.' })
@Directive('@key(fields: "id")')
export class Copy implements Node {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;

  @Field(() => ID, { description: 'The instance it was taken of, also when that is at another Site or gone.' })
  appInstanceId!: string;

  @Field(() => String, { description: 'The name of that instance when the copy was taken.' })
  appInstanceName!: string;

  @Field(() => CopyPhase, { description: 'Where it stands.' })
  phase!: CopyPhase;

  @Field(() => CopyOutcome, { nullable: true, description: 'How it ended; null until it is DONE.' })
  outcome!: CopyOutcome | null;

  @Field(() => Boolean, { description: 'True when something can be restored from it.' })
  usable!: boolean;

  @Field(() => Consistency, { description: 'What was reached, not what was asked for.' })
  consistency!: Consistency;

  @Field(() => Consistency, { nullable: true, description: 'What was asked for; null for one that came from another Site.' })
  consistencyAsked!: Consistency | null;

  @Field(() => Int, { description: 'Runs of hooks that were tried for it: around its making, and after restores of it.' })
  hooksAttempted!: number;

  @Field(() => Int, { description: 'Those of them that did not succeed.' })
  hooksFailed!: number;

  @Field(() => Date, { nullable: true, description: 'The consistency point: what was committed before it is in the copy.' })
  takenAt!: Date | null;

  @Field(() => Date, { description: 'When it was asked for, or began to arrive.' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When every byte of it was last read back and found whole.' })
  verifiedAt!: Date | null;

  @Field(() => ByteCountScalar, { description: 'Bytes of all parts as the data services wrote them.' })
  bytes!: bigint;

  @Field(() => ByteCountScalar, { description: 'Bytes that it added to its repository, after deduplication and compression.' })
  storedBytes!: bigint;

  @Field(() => String, { nullable: true, description: 'What people say of it; null for nothing.' })
  notes!: string | null;

  @Field(() => Date, { nullable: true, description: 'When nobody needs it any more and the Site removes it; null for never.' })
  expiresAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it stays although its time is over; null when nothing holds it.' })
  expiryHeldBy!: string | null;

  @Field(() => AppManifest, { description: 'The application as it ran.' })
  manifest!: AppManifest;
}

@ObjectType({ description: "One data service's share of a copy." })
export class CopyPart {
  @Field(() => ID, { description: 'Global and opaque; also its name in the repository.' })
  id!: string;

  @Field(() => String, { description: 'Name of the data service in the manifest.' })
  dataService!: string;

  @Field(() => String, { description: 'Copy format, which says where it can be restored.' })
  format!: string;

  @Field(() => ByteCountScalar, { description: 'Bytes as the data service wrote them.' })
  logicalBytes!: bigint;

  @Field(() => ByteCountScalar, { description: 'Bytes that it added to the repository.' })
  storedBytes!: bigint;

  @Field(() => String, { nullable: true, description: '`sha256:<hex>` over its chunk list, the same for the same content anywhere; null until it is stored.' })
  hash!: string | null;

  @Field(() => Date, { nullable: true, description: 'The moment whose content it holds.' })
  consistencyPoint!: Date | null;

  @Field(() => String, { nullable: true, description: "The same moment in the product's own terms, for example a PostgreSQL LSN." })
  consistencyMarker!: string | null;
}

@ObjectType({ description: 'That a part of a copy went from a repository of one Site to one of another, signed by both. One for a part that has arrived.' })
export class TransferReceipt {
  @Field(() => ID, { description: 'The Site that sent.' })
  sourceSiteId!: string;

  @Field(() => ID, { description: 'The copy there.' })
  sourceCopyId!: string;

  @Field(() => ID, { description: 'The part there.' })
  sourcePartId!: string;

  @Field(() => ID, { description: 'The repository there.' })
  sourceRepositoryId!: string;

  @Field(() => ID, { description: 'The Site that received.' })
  targetSiteId!: string;

  @Field(() => ID, { description: 'The copy there.' })
  targetCopyId!: string;

  @Field(() => ID, { description: 'The part there.' })
  targetPartId!: string;

  @Field(() => ID, { description: 'The repository there.' })
  targetRepositoryId!: string;

  @Field(() => String, { description: 'Copy format.' })
  format!: string;

  @Field(() => String, { description: '`sha256:<hex>` over the list of chunks.' })
  hash!: string;

  @Field(() => ByteCountScalar, { description: 'Bytes of the part.' })
  logicalBytes!: number;

  @Field(() => Int, { description: 'Chunks in its list.' })
  chunks!: number;

  @Field(() => ByteCountScalar, { description: 'Content that went over the link, uncompressed, as the sender counted it; the rest was there.' })
  bytesSent!: number;

  @Field(() => ByteCountScalar, { description: 'Bytes that the receiving repository grew by.' })
  storedBytes!: number;

  @Field(() => Date, { description: 'When the sending was asked for.' })
  startedAt!: Date;

  @Field(() => Date, { description: 'When all had been sent.' })
  sentAt!: Date;

  @Field(() => Date, { description: 'When the part was published where it went.' })
  receivedAt!: Date;

  @Field(() => String, { description: "What was signed, a compact JWS of the receiver that holds the sender's: see the copy transfer protocol." })
  text!: string;

  @Field(() => String, { description: 'Public key of the Site that sent, a JWK as JSON, as this Site knew it. Who does not trust this Site takes it from that one.' })
  sourceKey!: string;

  @Field(() => String, { description: 'Public key of the Site that received, likewise.' })
  targetKey!: string;
}

@ObjectType({ description: 'Where a copy came from, and what came of it.' })
export class CopyLineage {
  @Field(() => ID, { nullable: true, description: 'The copy at another Site that this one was sent from.' })
  originCopyId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The Site that sent it.' })
  originSiteId!: string | null;

  @Field(() => [ID], { description: 'Copies at other Sites that were sent from this one; each receipt is kept.' })
  sentToCopyIds!: readonly string[];

  @Field(() => [ID], { description: 'App instances of this Site that were restored from it and are there.' })
  restoredAppInstanceIds!: readonly string[];

  @Field(() => [CopyDependent], { description: 'App instances that have nothing else to go back to: deleting it is refused with COPY_DEPENDED_ON.' })
  dependents!: readonly CopyDependent[];
}

@ObjectType({ description: 'An app instance that would have nothing to go back to without a copy.' })
export class CopyDependent {
  @Field(() => ID, { description: 'The app instance, at the Site of the copy.' })
  id!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;
}

@ObjectType({ description: 'Evidence that a copy was read back, and of what was found.' })
export class CopyVerification {
  @Field(() => ID, { description: 'The operation that read it.' })
  operationId!: string;

  @Field(() => VerificationMethod, { description: 'How much was read.' })
  method!: VerificationMethod;

  @Field(() => VerificationOutcome, { description: 'What was found.' })
  outcome!: VerificationOutcome;

  @Field(() => Date, { description: 'When reading began.' })
  startedAt!: Date;

  @Field(() => Date, { description: 'When the outcome was known.' })
  finishedAt!: Date;

  @Field(() => ByteCountScalar, { description: 'Bytes read; of a damaged copy, those of the parts before.' })
  bytesRead!: bigint;

  @Field(() => String, { nullable: true, description: '`sha256:<hex>` over the hashes of its parts in order; null when it was found damaged.' })
  hash!: string | null;

  @Field(() => String, { nullable: true, description: 'What is damaged; null for nothing.' })
  problem!: string | null;

  @Field(() => OperationCause, { description: 'Who or what asked.' })
  cause!: OperationCause;
}

@ObjectType({ description: 'Copies that were taken at one Site in one interval, those that are gone since included.' })
export class CopyHistoryRow {
  @Field(() => Site, { description: 'Where they were taken.' })
  site!: Site;

  @Field(() => Date, { description: 'Beginning of the interval.' })
  start!: Date;

  @Field(() => String, { nullable: true, description: 'The application, when the history was asked for by application.' })
  appInstanceName!: string | null;

  @Field(() => Int, { description: 'Copies that were taken and can, or could, be restored.' })
  copies!: number;

  @Field(() => Int, { description: 'Copies that failed.' })
  failed!: number;

  @Field(() => Int, { description: 'Copies that were cancelled.' })
  cancelled!: number;

  @Field(() => ByteCountScalar, { description: 'Bytes of those taken, as the data services wrote them.' })
  bytes!: bigint;

  @Field(() => ByteCountScalar, { description: 'Bytes that they added to their repositories.' })
  storedBytes!: bigint;
}

@ObjectType({ description: 'Figures over all copies; those of several Sites add up.' })
export class CopyStatistics {
  @Field(() => Int, { description: 'Copies in any state.' })
  copies!: number;

  @Field(() => Int, { description: 'Copies that something can be restored from.' })
  usableCopies!: number;

  @Field(() => ByteCountScalar, { description: 'Bytes of all copies as the data services wrote them.' })
  logicalBytes!: bigint;

  @Field(() => ByteCountScalar, { description: 'Bytes that they added to their repositories.' })
  storedBytes!: bigint;
}
