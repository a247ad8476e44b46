import type { Window } from '../bytes/window.js';
import type { FindingCode } from '../errors.js';
import type { LogFault } from './log-result.js';
import { TailScan } from './tail.js';

/** Where a walk stopped, before anybody looked at what lies behind. */
export interface Stop {
  readonly code: FindingCode;
  /** File offset. */
  readonly offset: number;
  readonly message: string;
  /** Address of the first byte that is not as it should be. */
  readonly from: number;
  /** File offset of the record at hand. */
  readonly recordAt: number;
  readonly shortRead: boolean;
  /** The argument that reaches past the end: file offset of its `$`, and how many bytes it claims. */
  readonly argument?: { readonly at: number; readonly claimed: number };
}

/**
 * Looks at what lies behind the place where a walk stopped, up to the end of the input: that tells damage from an end that is
 * missing. `scan` has seen the part of it that went by already.
 */
export async function lookBehind(window: Window, stop: Stop, scan = new TailScan()): Promise<LogFault> {
  const { code, offset, message, recordAt, shortRead, argument } = stop;
  const from = window.offsetOf(stop.from);
  window.discard(stop.from);
  await scan.drain(window);
  const { zeros, resumesAt } = scan;
  const end = window.bytesRead;
  const claimed = argument?.claimed;
  const fault = {
    code,
    offset,
    message,
    recordAt,
    shortRead,
    claimed,
    tail: { bytes: end - offset, zeros, resumesAt },
  };
  if (argument && resumesAt !== undefined) {
    const { at } = argument;
    const swallowed = `an argument claims ${claimed} bytes, more than follow, and commands seem to go on at ${resumesAt}`;
    return {
      ...fault,
      code: 'AOF_LENGTH_PAST_END',
      offset: at,
      message: swallowed,
      tail: { ...fault.tail, bytes: end - at },
    };
  }
  if (!shortRead && zeros && from < end) {
    const zeroTail = `${end - from} zero bytes up to the end of the file`;
    return {
      ...fault,
      code: 'AOF_ZERO_TAIL',
      offset: from,
      message: zeroTail,
      tail: { ...fault.tail, bytes: end - from },
    };
  }
  return fault;
}
