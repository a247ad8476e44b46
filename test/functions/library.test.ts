import { expect, test } from 'vitest';
import type { LibraryFacts } from '../../src/servers/functions/facts.js';
import { inspectLibrary } from '../../src/servers/functions/library.js';
import { LIBRARIES, type Verdict } from './libraries.js';

const inspect = (code: string) => inspectLibrary(Buffer.from(code, 'latin1'));

test.each(LIBRARIES)('$verdict: $name', ({ code, verdict }) => {
  const facts = inspect(code);
  expect([verdictOf(facts), facts.doubt ?? facts.fault?.message]).toEqual([
    verdict,
    facts.doubt ?? facts.fault?.message,
  ]);
});

function verdictOf({ certain, fault, doubt, needsServerApi, functions }: LibraryFacts): Verdict {
  // One of the three, and the functions are known when it loads.
  expect([certain, fault !== undefined, doubt !== undefined].filter(Boolean)).toHaveLength(1);
  expect(functions === undefined).toBe(!certain && functions === undefined);
  if (fault) return fault.kind;
  return certain ? (needsServerApi ? 'valkey' : 'loads') : 'unknown';
}
