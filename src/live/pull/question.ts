import { LiveError, liveError } from '../live-error.js';
import type { AnswerTaker } from './answer-reader.js';

/** What is asked on a wire, and takes what comes back. An answer that does not fit ends the wire, and so does any error. */
export abstract class Question implements AnswerTaker {
  /** Everything was answered. */
  isDone = false;

  constructor(private readonly onDone: () => void = () => undefined) {}

  array(_length: number): void {
    throw unexpected();
  }

  bulk(_buffer: Uint8Array, _start: number, _end: number): void {
    throw unexpected();
  }

  integer(_value: number): void {
    throw unexpected();
  }

  status(): void {
    throw unexpected();
  }

  nil(): void {
    throw unexpected();
  }

  error(text: string): void {
    throw liveError(new Error(text));
  }

  protected done(): void {
    this.isDone = true;
    this.onDone();
  }
}

/** A command that is answered with OK. */
export class Order extends Question {
  override status(): void {
    this.done();
  }
}

export function unexpected(): LiveError {
  return new LiveError('its answers do not fit what was asked');
}
