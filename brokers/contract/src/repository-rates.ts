import { BrokerError } from './broker-error.js';
import { ByteRate } from './byte-rate.js';
import { leastBytesPerSecond, type ChunkAdmission, type ChunkReservation, type RepositoryBandwidth } from './copy-repository-broker.js';

/** The bandwidth of one repository: what `setBandwidth` sets and `ChunkStore.reserve` asks. */
export class RepositoryRates {
  readonly read = new ByteRate();
  readonly write = new ByteRate();

  /** @throws INVALID_REQUEST */
  set({ readBytesPerSecond, writeBytesPerSecond }: RepositoryBandwidth): void {
    check('readBytesPerSecond', readBytesPerSecond);
    check('writeBytesPerSecond', writeBytesPerSecond);
    this.read.set(readBytesPerSecond);
    this.write.set(writeBytesPerSecond);
  }

  reserve({ direction, forPart, bytes }: Omit<ChunkReservation, 'repositoryId'>): ChunkAdmission {
    const rate = direction === 'read' ? this.read : this.write;
    return { delayMs: rate.reserve(forPart, bytes), isLimited: rate.isLimited };
  }
}

function check(name: keyof RepositoryBandwidth, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= leastBytesPerSecond)) return;
  throw new BrokerError('INVALID_REQUEST', `${name} ${value} is not a whole number from ${leastBytesPerSecond}; give more, or nothing for no limit`);
}
