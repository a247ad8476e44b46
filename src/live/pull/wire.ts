import type { Duplex } from 'node:stream';
import type { Redis } from 'ioredis';
import { takeSocket } from '../bulk/dial.js';
import { connected } from '../connect.js';
import { LiveError, liveError } from '../live-error.js';
import { AnswerReader, type AnswerTaker } from './answer-reader.js';
import type { Question } from './question.js';

export interface WireOptions {
  /** How long to wait for an answer before the connection counts as dead, ms. Default 300 000. */
  readonly answerTimeoutMs?: number;
  /** Told once, of anything that ends the connection but `close`: a LiveError, or what `ready` or a question threw. */
  readonly onFailed: (error: unknown) => void;
  /** Asked behind every chunk of answers: a promise when no more should come before it resolves. */
  readonly ready?: () => Promise<void> | undefined;
}

const ANSWER_TIMEOUT_MS = 300_000;
/** How often it is looked within the time for an answer. */
const WATCH_TIMES = 4;

/** A connection of its own to a server, on which questions are asked in a row, and answered in their order. */
export class Wire implements AnswerTaker {
  private readonly questions: Question[] = [];
  /** Of `questions`, how many are answered. */
  private answered = 0;
  private current: Question | undefined;
  private isClosed = false;
  private isPaused = false;
  private answeredAt = performance.now();
  private readonly watch: NodeJS.Timeout;

  private constructor(
    private readonly client: Redis,
    private readonly socket: Duplex,
    private readonly options: WireOptions,
  ) {
    const reader = new AnswerReader(this);
    socket.on('data', (chunk: Buffer) => {
      if (this.isClosed) return;
      this.answeredAt = performance.now();
      try {
        reader.feed(chunk);
        this.wait(options.ready?.());
      } catch (error) {
        this.fail(error);
      }
    });
    socket.on('error', (error) => this.fail(liveError(error)));
    socket.on('close', () => this.fail(liveError(new Error('Connection is closed.'))));
    const timeoutMs = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
    this.watch = setInterval(() => this.look(timeoutMs), timeoutMs / WATCH_TIMES);
    this.watch.unref();
  }

  /** Connects to the place of a client, as the same user. Rejects with LiveError. */
  static async open(like: Redis, options: WireOptions): Promise<Wire> {
    // What is under way does not go on by itself on another connection.
    const commandTimeout = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
    const client = like.duplicate({ retryStrategy: () => null, lazyConnect: true, commandTimeout });
    client.on('error', () => undefined);
    try {
      await connected(client);
      // Since Redis 7.2; without it the keys count as used.
      await client.call('CLIENT', 'NO-TOUCH', 'ON').catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'ReplyError')) throw error;
      });
      return new Wire(client, takeSocket(client), options);
    } catch (error) {
      client.disconnect();
      throw liveError(error);
    }
  }

  /** Sends commands, whose answers belong to `question`. The bytes are not changed afterwards. */
  ask(question: Question, bytes: Uint8Array): void {
    if (this.isClosed) return;
    if (!this.current) {
      this.answeredAt = performance.now();
      this.current = question;
    }
    this.questions.push(question);
    this.socket.write(bytes);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.watch);
    this.socket.destroy();
    this.client.disconnect();
  }

  array(length: number): void {
    this.asked.array(length);
    this.advance();
  }

  bulk(buffer: Uint8Array, start: number, end: number): void {
    this.asked.bulk(buffer, start, end);
    this.advance();
  }

  integer(value: number): void {
    this.asked.integer(value);
    this.advance();
  }

  status(): void {
    this.asked.status();
    this.advance();
  }

  nil(): void {
    this.asked.nil();
    this.advance();
  }

  error(text: string): void {
    this.asked.error(text);
    this.advance();
  }

  private get asked(): Question {
    if (!this.current) throw new LiveError('it answers what nobody asked');
    return this.current;
  }

  private advance(): void {
    if (!this.current?.isDone) return;
    this.answered++;
    if (this.answered === this.questions.length || this.answered > 1000) {
      this.questions.splice(0, this.answered);
      this.answered = 0;
    }
    this.current = this.questions[this.answered];
  }

  private wait(promise: Promise<void> | undefined): void {
    if (!promise) return;
    this.isPaused = true;
    this.socket.pause();
    promise.then(
      () => {
        this.isPaused = false;
        this.answeredAt = performance.now();
        this.socket.resume();
      },
      (error: unknown) => this.fail(error),
    );
  }

  private look(timeoutMs: number): void {
    const silentMs = performance.now() - this.answeredAt;
    if (this.isPaused || !this.current || silentMs <= timeoutMs) return;
    this.fail(new LiveError(`it did not answer for ${Math.round(timeoutMs / 1000)} s`));
  }

  private fail(error: unknown): void {
    if (this.isClosed) return;
    this.close();
    this.options.onFailed(error);
  }
}
