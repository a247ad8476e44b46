// Moments and durations in words.

/** A moment in UTC to the second: `2026-11-19 03:00:02 UTC`. */
export function moment(ms: number): string {
  if (!(Math.abs(ms) <= 8.64e15)) return `${ms} ms`;
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const DAY = 86_400_000;

/** From this many ms on, and for exactly one hour or minute: two units, the second one left out when there is none of it. */
const STEPS = [
  { from: 172_800_000, units: [86_400_000, 3_600_000], names: ['d', 'h'] },
  { from: 7_200_000, units: [3_600_000, 60_000], names: ['h', 'min'] },
  { from: 120_000, units: [60_000, 1000], names: ['min', 's'] },
] as const;

/** How long: `3 d 4 h`, `25 h`, `90 s`. Rounded down. */
export function duration(ms: number): string {
  const step = STEPS.find(({ from, units }) => ms >= from || (ms === units[0] && ms < DAY));
  if (!step) return ms >= 1000 ? `${Math.floor(ms / 1000)} s` : `${Math.floor(ms)} ms`;
  const [large, small] = step.units;
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${step.names[0]}${rest > 0 ? ` ${rest} ${step.names[1]}` : ''}`;
}

/** Two durations that differ, in words that differ. */
export function durations(a: number, b: number): [string, string] {
  for (const words of [duration, (ms: number) => `${Math.floor(ms / 1000)} s`]) {
    const [first, second] = [words(a), words(b)];
    if (first !== second) return [first, second];
  }
  return [`${a} ms`, `${b} ms`];
}
