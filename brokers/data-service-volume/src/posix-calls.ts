import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import koffi from 'koffi';

/** What the file system keeps of a file beside its content. Names are bytes. */
export interface ExtendedAttribute {
  readonly name: Buffer;
  readonly value: Buffer;
}

const libc = openLibc();
const errorNames = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));

const seekData = 3;
const seekHole = 4;
const atFdcwd = -100;
const atSymlinkNofollow = 0x100;
/** What Linux allows: names of all attributes of a file, and one value. */
const maxListBytes = 65_536;
const maxValueBytes = 65_536;
/** Belongs to the place, not to the file: the policy of the machine gives a restored file its own. */
const attributesOfPlace = new Set(['security.selinux']);

/** @throws NOT_SUPPORTED this machine has no such calls, or not in this form */
export function requirePosixCalls(): void {
  if (libc !== undefined) return;
  throw new BrokerError(BrokerErrorCode.NotSupported, `volumes need Linux on a 64-bit machine, this is ${process.platform} on ${process.arch}; use a Site on one`);
}

/** Where an open file has content, in order; between the ranges are holes. */
export function* dataRanges(fd: number, size: number): Generator<{ readonly start: number; readonly end: number }> {
  for (let at = 0; at < size; ) {
    const start = Number(calls().lseek(fd, at, seekData));
    // ENXIO: nothing but a hole up to the end.
    if (start === -1 && errorName() === 'ENXIO') return;
    if (start === -1) throw systemError('lseek');
    if (start >= size) return;
    const end = Number(calls().lseek(fd, start, seekHole));
    if (end === -1) throw systemError('lseek');
    yield { start, end: Math.min(end, size) };
    at = end;
  }
}

/** The attributes of a file, folder or link itself, in order of name. None where the file system has none. */
export function readAttributes(path: Buffer): readonly ExtendedAttribute[] {
  return attributeNames(path).map((name) => ({ name, value: readValue(path, name) }));
}

/** Makes the attributes exactly these. */
export function writeAttributes(path: Buffer, wanted: readonly ExtendedAttribute[]): void {
  for (const name of attributeNames(path)) {
    if (wanted.some((one) => one.name.equals(name))) continue;
    if (calls().lremovexattr(terminated(path), terminated(name)) === -1) throw systemError('lremovexattr');
  }
  for (const { name, value } of wanted) {
    if (calls().lsetxattr(terminated(path), terminated(name), value, value.length, 0) === -1) throw systemError('lsetxattr');
  }
}

/** Sets both times, of a link itself where it is one. Nanoseconds since 1970. */
export function writeTimes(path: Buffer, atimeNs: bigint, mtimeNs: bigint): void {
  const times = Buffer.alloc(32);
  [atimeNs, mtimeNs].forEach((time, index) => {
    const nanoseconds = ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    times.writeBigInt64LE((time - nanoseconds) / 1_000_000_000n, index * 16);
    times.writeBigInt64LE(nanoseconds, index * 16 + 8);
  });
  if (calls().utimensat(atFdcwd, terminated(path), times, atSymlinkNofollow) === -1) throw systemError('utimensat');
}

export function makeFifo(path: Buffer): void {
  if (calls().mkfifo(terminated(path), 0o600) === -1) throw systemError('mkfifo');
}

/** Resolves when all that was written to the file system of this open file is on disk. */
export function syncFileSystem(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    calls().syncfs.async(fd, (error: Error | null, answer: number) => {
      if (error !== null) reject(error);
      else if (answer === -1) reject(new BrokerError(BrokerErrorCode.Internal, 'what was restored could not be written to the disk; look at the log of the machine'));
      else resolve();
    });
  });
}

function attributeNames(path: Buffer): Buffer[] {
  const list = Buffer.allocUnsafe(maxListBytes);
  const length = Number(calls().llistxattr(terminated(path), list, list.length));
  if (length === -1) {
    if (errorName() === 'ENOTSUP' || errorName() === 'EOPNOTSUPP') return [];
    throw systemError('llistxattr');
  }
  const names: Buffer[] = [];
  for (let from = 0; from < length; ) {
    const end = list.indexOf(0, from);
    names.push(Buffer.from(list.subarray(from, end)));
    from = end + 1;
  }
  return names.filter((name) => !attributesOfPlace.has(name.toString())).sort(Buffer.compare);
}

function readValue(path: Buffer, name: Buffer): Buffer {
  const value = Buffer.allocUnsafe(maxValueBytes);
  const length = Number(calls().lgetxattr(terminated(path), terminated(name), value, value.length));
  if (length === -1) throw systemError('lgetxattr');
  return Buffer.from(value.subarray(0, length));
}

function openLibc() {
  const is64Bit = ['x64', 'arm64', 'ppc64', 'riscv64', 'loong64', 's390x'].includes(process.arch);
  if (process.platform !== 'linux' || !is64Bit) return undefined;
  const library = koffi.load(null);
  const bytes = 'const uint8_t *';
  return {
    lseek: library.func('lseek', 'int64_t', ['int', 'int64_t', 'int']),
    llistxattr: library.func('llistxattr', 'int64_t', [bytes, 'uint8_t *', 'size_t']),
    lgetxattr: library.func('lgetxattr', 'int64_t', [bytes, bytes, 'uint8_t *', 'size_t']),
    lsetxattr: library.func('lsetxattr', 'int', [bytes, bytes, bytes, 'size_t', 'int']),
    lremovexattr: library.func('lremovexattr', 'int', [bytes, bytes]),
    utimensat: library.func('utimensat', 'int', ['int', bytes, bytes, 'int']),
    mkfifo: library.func('mkfifo', 'int', [bytes, 'uint32_t']),
    syncfs: library.func('syncfs', 'int', ['int']),
  };
}

function calls(): NonNullable<typeof libc> {
  requirePosixCalls();
  return libc as NonNullable<typeof libc>;
}

function terminated(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(1)]);
}

function errorName(): string {
  return errorNames.get(koffi.errno()) ?? 'EUNKNOWN';
}

/** As Node's own: the code tells what it was. */
function systemError(call: string): NodeJS.ErrnoException {
  const code = errorName();
  return Object.assign(new Error(`${code}: ${call}`), { code, syscall: call });
}
