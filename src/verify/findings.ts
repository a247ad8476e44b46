import { FINDINGS, type FindingCode, type Severity } from '../errors.js';
import type { Defect } from '../servers/loadability.js';
import type { Form } from '../servers/minds.js';
import type { Finding } from './report.js';

const KEPT_PER_CODE = 100;
const KEY_BYTES = 1024;

/** Where a finding belongs: the key at hand, when there is one. */
export interface FindingContext {
  readonly db: number | null;
  readonly key: Uint8Array | null;
  readonly type: string | null;
}

export const NOWHERE: FindingContext = { db: null, key: null, type: null };

type Tally = { -readonly [K in keyof Defect]: Defect[K] };

/** Collects findings; a file with a million of them must not fill the memory, so of each code only the first are kept. */
export class Findings {
  private readonly found: Finding[] = [];
  readonly counts: Partial<Record<FindingCode, number>> = {};
  errors = 0;
  warnings = 0;
  /** Of each code, how far the last kept finding stands in the file; known once some are not kept. */
  private readonly furthest = new Map<FindingCode, number>();
  private readonly forms = new Map<string, Tally>();
  /** The one met last: a file with a million findings has a million of one kind. */
  private latest: Tally | undefined;

  /** What was found, by code and by the form of the value it was found in: servers mind that. */
  get defects(): Defect[] {
    return [...this.forms.values()].sort((a, b) => a.code.localeCompare(b.code, 'en'));
  }

  /** Adds a finding; `severity` when it is not the usual one of its code. */
  add(
    code: FindingCode,
    offset: number | null,
    message: string,
    context: () => FindingContext = () => NOWHERE,
    severity: Severity = FINDINGS[code],
    { confirmed, form = 'plain' }: { readonly confirmed?: boolean; readonly form?: Form } = {},
  ): void {
    const count = this.count(code, severity, 1, form);
    const place = count <= KEPT_PER_CODE ? this.found.length : this.behind(code, offset);
    if (place < 0) return;
    const { db, key, type } = context();
    const name = key && key.length > KEY_BYTES ? key.slice(0, KEY_BYTES) : key;
    this.found[place] = { code, severity, offset, db, key: name, type, message };
    if (confirmed !== undefined) this.found[place] = { ...this.found[place], confirmed };
  }

  /** Counts findings whose places are not kept; returns how many of the code there are now. */
  count(code: FindingCode, severity: Severity, more: number, form: Form = 'plain'): number {
    if (more === 0) return this.counts[code] ?? 0;
    this.tally(code, form, severity).count += more;
    const count = (this.counts[code] ?? 0) + more;
    this.counts[code] = count;
    if (severity === 'error') this.errors += more;
    else if (severity === 'warning') this.warnings += more;
    return count;
  }

  /** A defect that was counted already turns out to be in a value of this form, too. */
  noteForm(code: FindingCode, form: Form): void {
    this.tally(code, form, FINDINGS[code]).count++;
  }

  private tally(code: FindingCode, form: Form, severity: Severity): Tally {
    const { latest } = this;
    if (latest && latest.code === code && latest.form === form && latest.severity === severity) return latest;
    const key = `${code} ${form} ${severity}`;
    let tally = this.forms.get(key);
    if (!tally) {
      tally = { code, form, severity, count: 0 };
      this.forms.set(key, tally);
    }
    this.latest = tally;
    return tally;
  }

  /** What was found, by its place in the file; what belongs to no place comes last. */
  get kept(): Finding[] {
    return [...this.found].sort((a, b) => placeOf(a) - placeOf(b) || 0);
  }

  /**
   * Index of the kept finding of `code` that stands last in the file, if behind `offset`: the first ones of a file are kept,
   * in whatever order they are found. -1 for none.
   */
  private behind(code: FindingCode, offset: number | null): number {
    const at = offset ?? Number.POSITIVE_INFINITY;
    // Nearly always they are found in their order, and then there is nothing to look for.
    if (at >= (this.furthest.get(code) ?? Number.POSITIVE_INFINITY)) return -1;
    let last = -1;
    let furthest = Number.NEGATIVE_INFINITY;
    let second = Number.NEGATIVE_INFINITY;
    this.found.forEach((finding, i) => {
      if (finding.code !== code) return;
      const place = placeOf(finding);
      if (place > furthest) {
        second = furthest;
        furthest = place;
        last = i;
      } else if (place > second) second = place;
    });
    if (at >= furthest) {
      this.furthest.set(code, furthest);
      return -1;
    }
    this.furthest.set(code, Math.max(second, at));
    return last;
  }
}

function placeOf({ offset }: Finding): number {
  return offset ?? Number.POSITIVE_INFINITY;
}
