import { CommandWriter } from '../../resp/command-writer.js';

const MOST_ELEMENTS = 128;
const MOST_BYTES = 128 * 1024;

/** Where a command is written that takes many elements: its name, and the key. */
export type BeginBatch = (name: string, moreArguments: number) => void;

/** Collects elements of one collection until a command of them is worth its head. */
export class ElementBatch {
  private pieces: Buffer[] = [];
  private readonly encoder = new CommandWriter((bytes) => this.pieces.push(Buffer.from(bytes)));
  private arguments = 0;
  private elements = 0;
  private bytes = 0;

  /** `begin` writes the command's name and the key to `out`, and says how many arguments follow. */
  constructor(
    private readonly out: CommandWriter,
    private readonly begin: BeginBatch,
  ) {}

  /** The collection takes no more before `flush`. */
  get full(): boolean {
    return this.elements >= MOST_ELEMENTS || this.bytes >= MOST_BYTES;
  }

  /** A part of an element. */
  part(buffer: Uint8Array, start: number, end: number): void {
    this.encoder.bytes(buffer, start, end);
    this.arguments++;
    this.bytes += end - start;
  }

  text(text: string): void {
    this.encoder.argument(text);
    this.arguments++;
  }

  /** The element is complete. */
  end(): void {
    this.elements++;
  }

  /** Writes the command `name`, when there are elements for it. */
  flush(name: string): void {
    if (this.arguments === 0) return;
    this.begin(name, this.arguments);
    this.encoder.flush();
    for (const piece of this.pieces) this.out.encoded(piece);
    this.pieces = [];
    this.arguments = 0;
    this.elements = 0;
    this.bytes = 0;
  }
}
