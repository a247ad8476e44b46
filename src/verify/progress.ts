import { stat } from 'node:fs/promises';
import type { VerifyOptions } from './options.js';

/** Adds up the bytes read of several inputs. */
export class Progress {
  private readonly done: number[] = [];
  private total: number | undefined = 0;

  constructor(private readonly tell: VerifyOptions['onProgress']) {}

  /** Looks up the sizes; one that is not known leaves the total unknown. */
  async expect(paths: readonly string[]): Promise<void> {
    if (!this.tell) return;
    for (const path of paths) {
      const info = await stat(path).catch(() => undefined);
      this.total = this.total === undefined || !info?.isFile() ? undefined : this.total + info.size;
    }
  }

  update(input: number, bytes: number): void {
    this.done[input] = bytes;
    this.tell?.(
      this.done.reduce((sum, n) => sum + (n ?? 0), 0),
      this.total,
    );
  }
}
