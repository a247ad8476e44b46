/** ASCII text that is written again and again, four bytes at a time. */
export class Literal {
  readonly length: number;
  /** Little-endian; the last one is filled with zeros. */
  readonly words: Uint32Array;

  constructor(readonly text: string) {
    this.length = text.length;
    this.words = new Uint32Array(Math.ceil(text.length / 4));
    for (let i = 0; i < text.length; i++) this.words[i >> 2] |= text.charCodeAt(i) << (8 * (i & 3));
  }
}
