import { expect, test } from 'vitest';
import type { LibraryFacts } from '../../src/servers/functions/facts.js';
import { LIBRARIES, type Verdict } from './libraries.js';
import { inspect } from './loading.js';

test.each(LIBRARIES)('$verdict: $name', ({ code, verdict }) => {
  const facts = inspect(code);
  expect(verdictOf(facts), facts.fault?.message ?? facts.doubt).toBe(verdict);
});

function verdictOf({ certain, fault, doubt, needsServerApi, functions }: LibraryFacts): Verdict {
  expect([certain, fault !== undefined, doubt !== undefined].filter(Boolean)).toHaveLength(1);
  if (fault) {
    expect(functions).toBeUndefined();
    return fault.kind;
  }
  if (!certain) return 'unknown';
  expect(functions).not.toHaveLength(0);
  return needsServerApi ? 'valkey' : 'loads';
}
