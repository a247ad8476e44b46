const FIRST_BYTES = 64 * 1024;
const LONGEST_HEADER = 24;

/** Commands of one unit, encoded one behind the other. */
export class UnitBuffer {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  length = 0;

  /** Forgets what lies behind `length`. */
  cut(length: number): void {
    this.length = length;
  }

  begin(argc: number): void {
    this.header(0x2a, argc);
  }

  /** Returns where its bytes begin. */
  argument(buffer: Uint8Array, start: number, end: number): number {
    this.header(0x24, end - start);
    this.room(end - start + 2);
    const at = this.length;
    this.bytes.set(buffer.subarray(start, end), at);
    this.length += end - start;
    this.length += this.bytes.write('\r\n', this.length, 'latin1');
    return at;
  }

  text(text: string): void {
    const bytes = Buffer.from(text);
    this.argument(bytes, 0, bytes.length);
  }

  command(...args: readonly string[]): void {
    this.begin(args.length);
    for (const arg of args) this.text(arg);
  }

  /** Commands that are encoded. */
  raw(encoded: Uint8Array): void {
    this.room(encoded.length);
    this.bytes.set(encoded, this.length);
    this.length += encoded.length;
  }

  private header(sign: number, count: number): void {
    this.room(LONGEST_HEADER);
    this.bytes[this.length++] = sign;
    this.length += this.bytes.write(`${count}\r\n`, this.length, 'latin1');
  }

  private room(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/** Of an encoded command: its name, and its first argument, cut after 1 KiB. */
export interface ShownCommand {
  readonly name: string;
  readonly key: Uint8Array;
}

const LONGEST_SHOWN = 1024;

/** The commands that lie in [start, end) of encoded bytes. */
export function commandsIn(bytes: Buffer, start: number, end: number): ShownCommand[] {
  const commands: ShownCommand[] = [];
  let at = start;
  const number = () => {
    const lineEnd = bytes.indexOf('\r\n', at);
    const value = Number(bytes.toString('latin1', at + 1, lineEnd));
    at = lineEnd + 2;
    return value;
  };
  while (at < end) {
    const argc = number();
    const shown: Buffer[] = [];
    for (let i = 0; i < argc; i++) {
      const length = number();
      if (i < 2) shown.push(Buffer.from(bytes.subarray(at, at + Math.min(length, LONGEST_SHOWN))));
      at += length + 2;
    }
    commands.push({ name: shown[0].toString().toLowerCase(), key: shown[1] ?? Buffer.alloc(0) });
  }
  return commands;
}
