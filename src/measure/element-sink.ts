/** Takes large elements while a container is walked. */
export interface ElementSink {
  /** Elements of so many bytes or fewer are of no interest; may grow with every offer. */
  readonly least: number;
  /**
   * An element of `bytes` bytes, more than `least`: the value of a string, list item, field or array element, or a member
   * itself. [start, end) of `buffer` is the name of the field, or the member; nothing where elements have no name (start is
   * -1). Valid until this returns.
   */
  offer(bytes: number, buffer: Uint8Array, start: number, end: number): void;
}
