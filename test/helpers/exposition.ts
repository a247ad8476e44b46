// Reads Prometheus text exposition with a parser that is none of ours.
import parse from 'parse-prometheus-text-format';
import { expect } from 'vitest';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of each metric. Throws for what a reader would refuse. */
export function samplesOf(text: string): Map<string, Sample[]> {
  expect(text.endsWith('\n')).toBe(true);
  const found = new Map<string, Sample[]>();
  for (const { name, help, type, metrics } of parse(text)) {
    expect(found.has(name), `${name} stands twice`).toBe(false);
    expect(name).toMatch(/^rdbkit_(verify|rehearse)_[a-z_]+$/);
    expect(help).not.toBe('');
    expect(type).toBe('GAUGE');
    const samples = metrics.map(({ value, labels = {} }) => ({ labels, value: Number(value) }));
    for (const { value } of samples) expect(value).not.toBeNaN();
    const different = new Set(samples.map(({ labels }) => JSON.stringify(Object.entries(labels).sort())));
    expect(different.size, `samples of ${name} with the same labels`).toBe(samples.length);
    found.set(name, samples);
  }
  return found;
}

/** The value of the only sample of `name` that has all of `labels`; undefined when there is none. */
export function metric(
  samples: ReadonlyMap<string, readonly Sample[]>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
  prefix = 'rdbkit_verify',
): number | undefined {
  const fitting = (samples.get(`${prefix}_${name}`) ?? []).filter((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  expect(fitting.length, name).toBeLessThanOrEqual(1);
  return fitting[0]?.value;
}
