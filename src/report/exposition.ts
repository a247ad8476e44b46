// Prometheus text exposition, version 0.0.4: what the node exporter's textfile collector reads.

/** What a sample is of; null is left out. */
export type Labels = Readonly<Record<string, string | number | null>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** Makes gauges whose names begin alike: the text of a metric with its samples; nothing when there are none. */
export function gauges(prefix: string): (name: string, help: string, samples: readonly Sample[]) => string {
  return (name, help, samples) => {
    if (samples.length === 0) return '';
    const full = `${prefix}_${name}`;
    const lines = samples.map(({ labels, value }) => `${full}${labelsText(labels)} ${value}\n`);
    return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join('')}`;
  };
}

function labelsText(labels: Labels): string {
  const parts = Object.entries(labels).flatMap(([name, value]) =>
    value === null ? [] : [`${name}="${labelValue(String(value))}"`],
  );
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** Any text is a label value, with these three escaped; what is no text (half a surrogate pair) is replaced. */
function labelValue(text: string): string {
  return wellFormed(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** A text that can be encoded. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** Of ms, with three decimals. */
export function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
