import type { RepairPlan } from '../repair/plan.js';
import { asciiJson } from './ascii-json.js';

export interface RepairOutcome {
  readonly plan: RepairPlan;
  readonly output: string;
  readonly written: boolean;
  /** The point in time that was asked for, ms since the epoch. */
  readonly untilMs: number | undefined;
}

/** What was done as one JSON document, schema 1. */
export function repairJson({ plan, output, written, untilMs }: RepairOutcome): string {
  const { input, kind, gzip, cut, kept, parts, findings, refusals } = plan;
  return asciiJson({
    schema: 1,
    ok: written,
    complete: written,
    limited: written && cut !== undefined && cut.reason !== 'tail',
    input,
    output: written ? output : null,
    kind,
    gzip,
    changed: cut !== undefined,
    untilMs: untilMs ?? null,
    cut: cut ?? null,
    kept,
    parts: parts.map(({ state: _state, seq, ...part }) => ({ ...part, seq: seq === null ? null : safe(seq) })),
    refusals,
    findings,
  });
}

/** Numbers that JSON readers would round are text. */
function safe(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}
