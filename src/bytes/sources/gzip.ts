import zlib, { constants, createInflateRaw, type InflateRaw } from 'node:zlib';
import { type Source, SourceError } from './source.js';

// A gzip is one or more members:  1f 8b 08 flags time(4) extra system, [extra field] [name] [comment] [header sum],
// deflate data, crc32(4) of the content, size(4). Members are taken one by one, because Node's own gunzip takes anything
// behind the last member for one more, and throws away content that came out before an error.

/** Compressed bytes taken at a time: they may grow a thousandfold, and wait in memory until they are read. */
const INPUT_CHUNK = 16 * 1024;
const OUTPUT_CHUNK = 64 * 1024;
const HEADER = 10;
const TRAILER = 8;
const HEADER_SUM = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const RESERVED = 0xe0;
/** The only method of compression there is. */
const DEFLATE = 8;

/** The content of a gzip that `inner` yields. What came out before a damage is read before the damage is told. */
export class GzipSource implements Source {
  readonly size = undefined;
  /** Something that is no gzip follows the last member. */
  trailing = false;
  private readonly ready: Buffer[] = [];
  private input: Buffer = Buffer.alloc(0);
  private inputEnded = false;
  private member: Member | undefined;
  private failure: SourceError | undefined;
  private members = 0;

  constructor(private readonly inner: Source) {}

  get consumed(): number {
    return this.inner.consumed;
  }

  async read(target: Uint8Array): Promise<number> {
    while (this.ready.length === 0) {
      if (this.failure) throw this.failure;
      if (!(await this.advance())) return 0;
    }
    const [chunk] = this.ready;
    const n = Math.min(target.length, chunk.length);
    target.set(chunk.subarray(0, n));
    if (n === chunk.length) this.ready.shift();
    else this.ready[0] = chunk.subarray(n);
    return n;
  }

  async close(): Promise<void> {
    this.member?.inflate.destroy();
    await this.inner.close();
  }

  /** Goes one step on: a header, a piece of content, a trailer. Returns false at the end. */
  private async advance(): Promise<boolean> {
    if (!this.member) return this.startMember();
    if (!this.member.ended) await this.inflate(this.member);
    else if (await this.want(TRAILER)) {
      const { sum, size } = this.member;
      const sumStored = this.input.readUInt32LE(0);
      const sizeStored = this.input.readUInt32LE(4);
      if ((sum !== undefined && sum !== sumStored) || size !== sizeStored) {
        this.failure = new SourceError('GZIP_DAMAGED', 'the checksum of the gzip does not match its content');
      }
      this.input = this.input.subarray(TRAILER);
      this.member = undefined;
      this.members++;
    } else this.failure = cut();
    return true;
  }

  private async startMember(): Promise<boolean> {
    if (!(await this.want(HEADER)) || this.input[0] !== 0x1f || this.input[1] !== 0x8b) {
      if (this.members > 0) {
        this.trailing = this.input.some((byte) => byte !== 0);
        return false;
      }
      this.failure = cut();
      return true;
    }
    if (this.input[2] !== DEFLATE || (this.input[3] & RESERVED) !== 0) {
      this.failure = new SourceError('GZIP_DAMAGED', 'the header of the gzip is damaged');
      return true;
    }
    const length = await this.headerLength();
    if (length === undefined) this.failure = cut();
    else {
      this.input = this.input.subarray(length);
      this.member = new Member((chunk) => this.ready.push(chunk));
    }
    return true;
  }

  private async headerLength(): Promise<number | undefined> {
    const flags = this.input[3];
    let length = HEADER;
    if (flags & EXTRA) {
      if (!(await this.want(length + 2))) return undefined;
      length += 2 + this.input.readUInt16LE(length);
    }
    for (const text of [NAME, COMMENT]) {
      if (!(flags & text)) continue;
      let end = this.input.indexOf(0, length);
      while (end < 0) {
        if (!(await this.want(this.input.length + 1))) return undefined;
        end = this.input.indexOf(0, length);
      }
      length = end + 1;
    }
    if (flags & HEADER_SUM) length += 2;
    return (await this.want(length)) ? length : undefined;
  }

  private async inflate(member: Member): Promise<void> {
    if (this.input.length === 0 && !(await this.want(1))) {
      await member.flush();
      this.failure = member.failure ?? cut();
      return;
    }
    const taken = await member.write(this.input);
    this.input = this.input.subarray(taken);
    if (member.failure) this.failure = member.failure;
  }

  /** Makes `bytes` of input available; false when there are not so many. */
  private async want(bytes: number): Promise<boolean> {
    while (this.input.length < bytes) {
      if (this.inputEnded) return false;
      const chunk = Buffer.allocUnsafe(INPUT_CHUNK);
      const n = await this.inner.read(chunk);
      if (n === 0) this.inputEnded = true;
      else
        this.input = this.input.length === 0 ? chunk.subarray(0, n) : Buffer.concat([this.input, chunk.subarray(0, n)]);
    }
    return true;
  }
}

/** The deflate data of one member. */
class Member {
  ended = false;
  failure: SourceError | undefined;
  /** CRC-32 and size modulo 2^32 of what came out. The sum is undefined before Node 20.15, which cannot make it. */
  sum: number | undefined = typeof zlib.crc32 === 'function' ? 0 : undefined;
  size = 0;
  readonly inflate: InflateRaw;
  private settle: () => void = () => undefined;

  constructor(give: (chunk: Buffer) => void) {
    // Data that ends early are to come out as far as they go, not to be an error.
    this.inflate = createInflateRaw({ chunkSize: OUTPUT_CHUNK, finishFlush: constants.Z_SYNC_FLUSH });
    this.inflate.on('data', (chunk: Buffer) => {
      if (this.sum !== undefined) this.sum = zlib.crc32(chunk, this.sum);
      this.size = (this.size + chunk.length) % 2 ** 32;
      give(chunk);
    });
    this.inflate.on('error', (error) => {
      this.failure = new SourceError('GZIP_DAMAGED', `the gzip is damaged: ${error.message}`);
      this.settle();
    });
    this.inflate.on('end', () => {
      this.ended = true;
      this.settle();
    });
  }

  /** Feeds `input` and returns how much of it belonged to the member. */
  async write(input: Buffer): Promise<number> {
    const before = this.inflate.bytesWritten;
    await new Promise<void>((resolve) => {
      this.settle = resolve;
      this.inflate.write(input, () => resolve());
    });
    // The end of the data shows as input that was left over; the event comes a little later.
    const taken = this.inflate.bytesWritten - before;
    if (taken < input.length && !this.failure) await this.flush();
    return taken;
  }

  /** Waits until everything has come out. */
  async flush(): Promise<void> {
    if (this.ended || this.failure) return;
    await new Promise<void>((resolve) => {
      this.settle = resolve;
      this.inflate.end();
    });
  }
}

function cut(): SourceError {
  return new SourceError('GZIP_TRUNCATED', 'the gzip ends before its end mark');
}
