// KeyDB's CRON (64): str script, i64le start ms, i64le interval ms, len n, str x n (keys), len m, str x m (arguments).
// Known so that its files can be read; its content is told to nobody.
import type { RdbParser } from '../parser.js';

export function walkCron(p: RdbParser): boolean {
  const { state } = p;
  if (state.stage === 0) {
    const at = p.offset;
    p.string(p.valueRef, false);
    p.int64();
    p.int64();
    const left = p.length();
    tellDamage(p, at);
    state.left = left;
    state.stage = 1;
    p.commit();
  }
  for (; state.stage < 3; state.stage++) {
    while (state.left > 0) {
      const at = p.offset;
      p.string(p.valueRef, false);
      tellDamage(p, at);
      state.left--;
      p.commit();
    }
    if (state.stage === 1) {
      state.left = p.length();
      p.commit();
    }
  }
  return true;
}

function tellDamage(p: RdbParser, offset: number): void {
  const fault = p.detail ? p.valueRef.measure() : undefined;
  if (fault) p.problem(fault, offset, 'a compressed string does not decode');
}
