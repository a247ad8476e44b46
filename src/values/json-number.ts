/** An integer as JSON: beyond 2^53 as text, so that no reader rounds it. */
export function integerJson(value: number | bigint): string {
  if (Number.isSafeInteger(Number(value))) return String(value);
  return typeof value === 'bigint' || Number.isInteger(value) ? `"${BigInt(value)}"` : 'null';
}

/** A score as JSON: the shortest digits that give it back; text where JSON has no number. */
export function scoreJson(score: number): string {
  if (Number.isNaN(score)) return '"nan"';
  if (!Number.isFinite(score)) return score < 0 ? '"-inf"' : '"inf"';
  return Object.is(score, -0) ? '-0' : String(score);
}
