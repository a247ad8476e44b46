/**
 * @param {import('./compare.js').Comparison[]} results
 * @param {import('./cases.js').Case} pair
 * @param {boolean} judged whether the targets apply: they are meant for files of full size, where the start of a
 *   process is lost in the noise
 * @returns {string}
 */
export function renderTable(results, pair, judged) {
  const { ours, theirs, targets } = pair;
  const header = [
    'file',
    'size',
    ours.name,
    theirs.name,
    'ratio (min-max)',
    'target',
    'our peak',
    'target',
    'their peak',
  ];
  const rows = results.map((result) => {
    const target = targets[result.kind] ?? {};
    const { median, min, max } = result.ratio;
    const peakMB = result.ours.peakBytes === null ? null : result.ours.peakBytes / 1e6;
    return [
      result.kind,
      megabytes(result.bytes),
      milliseconds(result.ours.medianMs),
      milliseconds(result.theirs.medianMs),
      `${median.toFixed(3)} (${min.toFixed(3)}-${max.toFixed(3)})`,
      verdict(median, target.ratio, target.ratio?.toFixed(2) ?? '', judged),
      megabytes(result.ours.peakBytes),
      verdict(peakMB, target.peakMB, `${target.peakMB} MB`, judged),
      megabytes(result.theirs.peakBytes),
    ];
  });
  return align([header, ...rows]);
}

/**
 * @param {number | null} value
 * @param {number | undefined} limit
 * @param {string} text the limit as shown
 * @param {boolean} judged
 */
function verdict(value, limit, text, judged) {
  if (limit === undefined) return '-';
  if (!judged || value === null) return text;
  return `${text} ${value <= limit ? 'met' : 'MISSED'}`;
}

/** @param {number | null} bytes */
function megabytes(bytes) {
  return bytes === null ? '?' : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {number} ms */
function milliseconds(ms) {
  return `${ms.toFixed(0)} ms`;
}

/**
 * The first column to the left, the others, which are numbers, to the right.
 *
 * @param {string[][]} rows
 */
function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  '))
    .join('\n');
}
