// Tables for a terminal: columns that line up, bars, and texts cut to what there is room for.
import stringWidth from 'string-width';

/** One column of a table. */
export interface Column {
  /** What stands above it. */
  readonly head: string;
  readonly cells: readonly string[];
  readonly align?: 'left' | 'right';
  /** Columns with a number are left out when there is no room, the highest number first. */
  readonly spare?: number;
  /** Cells may be cut to so many columns when there is no room. */
  readonly least?: number;
}

/** Columns between two columns of a table. */
const GAP = 2;
const INDENT = 2;
/** A character that combines with thousands of others is still one column wide. */
const UNITS_PER_COLUMN = 8;
/** Characters of one column each: most texts have no others. */
const NARROW = /^[\x20-\x7e▁-▏…]*$/;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * The lines of a table, its heads first, within `most` columns: spare columns are left out first, then those that may be
 * cut are cut. `paintHead` styles the first line: the first head is the title.
 */
export function table(columns: readonly Column[], most: number, paintHead: (title: string, heads: string) => string) {
  const shown = arrange(columns, most);
  const last = shown.length - 1;
  const line = (text: (column: Column) => string) =>
    shown.map(({ column, wide }, i) => pad(text(column), wide, column.align, i === last)).join(' '.repeat(GAP));
  const [title] = shown;
  const heads = line(({ head }) => head);
  const titleWide = Math.min(heads.length, title.wide);
  const rows = title.column.cells.map((_, row) => `${' '.repeat(INDENT)}${line(({ cells }) => cells[row])}`.trimEnd());
  return [
    `${paintHead(heads.slice(0, titleWide), `${' '.repeat(INDENT)}${heads.slice(titleWide)}`)}`.trimEnd(),
    ...rows,
  ];
}

/** A bar of at most `columns` columns, in eighths of one; never empty for what is more than 0. */
export function bar(value: number, most: number, columns: number): string {
  if (!(value > 0) || !(most > 0)) return '';
  const eighths = Math.max(1, Math.round(Math.min(1, value / most) * columns * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** Counts side by side as small bars, a column each; a blank for 0. */
export function sparkline(counts: readonly number[]): string {
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  return counts
    .map((count) => (count > 0 ? LEVELS[Math.min(LEVELS.length - 1, Math.floor((count / most) * LEVELS.length))] : ' '))
    .join('');
}

/** Columns that a text takes. */
function width(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** At most so many columns of a text, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns * UNITS_PER_COLUMN && width(text) <= columns) return text;
  let kept = '';
  let columnsUsed = 0;
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, columns * UNITS_PER_COLUMN))) {
    const more = width(segment);
    if (columnsUsed + more > columns - 1) break;
    kept += segment;
    columnsUsed += more;
  }
  return `${kept}…`;
}

interface Fitted {
  readonly column: Column;
  readonly wide: number;
}

function arrange(columns: readonly Column[], most: number): Fitted[] {
  let left = columns.map((column) => ({ column, wide: natural(column) }));
  const total = () => INDENT + left.reduce((sum, { wide }) => sum + wide, 0) + GAP * (left.length - 1);
  const shrinkable = () =>
    left.reduce((sum, { column: { least }, wide }) => sum + Math.max(0, wide - (least ?? wide)), 0);
  while (total() - shrinkable() > most) {
    const spare = Math.max(...left.map(({ column }) => column.spare ?? 0));
    if (spare === 0) break;
    left = left.filter(({ column }) => column.spare !== spare);
  }
  return left.map(({ column, wide }) => {
    const over = total() - most;
    if (over <= 0 || column.least === undefined) return { column, wide };
    const narrow = Math.max(column.least, wide - over);
    left = left.map((each) => (each.column === column ? { column, wide: narrow } : each));
    return { column: { ...column, cells: column.cells.map((cell) => cut(cell, narrow)) }, wide: narrow };
  });
}

function natural({ head, cells }: Column): number {
  return cells.reduce((widest, cell) => Math.max(widest, width(cell)), head.length);
}

function pad(text: string, wide: number, align: Column['align'], isLast: boolean): string {
  const blanks = ' '.repeat(Math.max(0, wide - width(text)));
  if (align === 'right') return blanks + text;
  return isLast ? text : text + blanks;
}
