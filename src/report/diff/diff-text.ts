import { isPlainType } from '../../diff/change.js';
import { sizeOfGroup } from '../../diff/group.js';
import type { DiffSummary, GroupDifferences, PrefixDifferences, SideSummary } from '../../diff/report.js';
import { bytesToLine, printableText } from '../../keyspace/bytes-text.js';
import { duration, moment } from '../../keyspace/time-text.js';
import { binarySize, count, offset, plural } from '../format.js';
import { type Column, table } from '../stats/columns.js';
import { andMore, fact, heads, percent, remark, type StatsTextOptions, shownName } from '../stats/words.js';

const NAME_LEAST = 18;
const REPEATED_SHOWN = 3;
const INPUTS_SHOWN = 4;

/** Everything but the keys. */
export function summaryText(summary: DiffSummary, options: StatsTextOptions): string[] {
  const { colors } = options;
  const { left, right, added, removed, changed, filters } = summary;
  const differ = added + removed + changed;
  const all = summary.unchanged + differ;
  const what = `${filters.length > 0 ? ' that pass the filters' : ''}${summary.sample === null ? '' : ' of the sample'}`;
  const lines: string[] = [...notWhole(summary, options)];
  if (differ === 0) {
    const whole = summary.complete
      ? `no difference: ${plural(all, 'key')}${what} on both sides`
      : 'no difference so far';
    lines.push(summary.complete ? colors.green(colors.bold(whole)) : colors.bold(whole));
  } else {
    const { unsure } = summary;
    const share =
      unsure > 0
        ? `${plural(differ - unsure, 'key')}${what} differ for sure, ${count(unsure)} perhaps, of ${count(all)}`
        : `${count(differ)} of ${plural(all, 'key')}${what} differ (${percent(differ, all)})`;
    lines.push(colors.bold(share));
  }
  lines.push(sideLine('left', left, undefined, options), sideLine('right', right, left, options));
  if (summary.sample !== null) {
    const share = `about ${percent(summary.sample, 1)} of all keys, chosen by chance: other keys may differ`;
    lines.push(fact('sample', share, options));
  }
  if (filters.length > 0) lines.push(fact('filters', filters.map(printableText).join(' '), options));
  if (differ > 0) lines.push(...countLines(summary, options));
  for (const [name, side] of [['left', left] as const, ['right', right] as const]) {
    if (side.repeated > 0) lines.push(fact('repeated', colors.red(repeatedText(name, side)), options));
  }
  if (differ === 0) return lines;
  return [
    ...lines,
    ...databaseLines(summary, options),
    ...typeLines(summary, options),
    ...prefixLines(summary, options),
  ];
}

function notWhole(summary: DiffSummary, { colors }: StatsTextOptions): string[] {
  const { left, right, unsure } = summary;
  return (
    [
      ['left', left, 'added'],
      ['right', right, 'removed'],
    ] as const
  ).flatMap(([name, side, change]) => {
    const stopped = side.inputs.find(({ complete }) => !complete);
    if (!stopped) return [];
    const place = `${nameOf(stopped.path)} could not be read beyond ${offset(stopped.end)}`;
    const doubt = unsure > 0 ? `: keys that are called ${change} may stand behind that place` : '';
    return [colors.red(`NOT COMPLETE: the ${name} side ended early, ${place}${doubt}`)];
  });
}

function sideLine(name: string, side: SideSummary, before: SideSummary | undefined, options: StatsTextOptions): string {
  const { inputs, keys, bytes } = side;
  const paths = inputs.slice(0, INPUTS_SHOWN).map(({ path }) => nameOf(path));
  const [first] = inputs;
  const expired = inputs.reduce((sum, input) => sum + input.expired, 0);
  const vanished = inputs.reduce((sum, input) => sum + (input.vanished ?? 0), 0);
  const made = newest(side);
  const earlier = before && newest(before);
  const apart =
    made === null || earlier === null || earlier === undefined || made === earlier
      ? ''
      : ` (${duration(Math.abs(made - earlier))} ${made > earlier ? 'later' : 'EARLIER'})`;
  const facts = [
    plural(keys, 'key'),
    binarySize(bytes),
    ...(inputs.length === 1 && first.producer
      ? [printableText(`${first.producer.name} ${first.producer.version ?? ''}`.trim())]
      : []),
    ...(made === null ? [] : [`made ${moment(made)}${apart}`]),
    ...(expired > 0 ? [`${plural(expired, 'key')} left out that expired since`] : []),
    ...(vanished > 0 ? [`${plural(vanished, 'key')} went while read`] : []),
  ];
  return fact(name, `${paths.join(' + ')}${andMore(paths.length, inputs.length)}: ${facts.join(', ')}`, options);
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : printableText(path);
}

function newest({ inputs }: SideSummary): number | null {
  return inputs.reduce<number | null>((latest, { createdAtMs }) => {
    return createdAtMs === null ? latest : Math.max(latest ?? createdAtMs, createdAtMs);
  }, null);
}

function countLines(summary: DiffSummary, options: StatsTextOptions): string[] {
  const { colors } = options;
  const { added, removed, changed, kinds, expiry, bytes, unchanged } = summary;
  const lines: string[] = [];
  if (added > 0)
    lines.push(fact('added', colors.green(`${plural(added, 'key')}, ${binarySize(bytes.added)}`), options));
  if (removed > 0)
    lines.push(fact('removed', colors.red(`${plural(removed, 'key')}, ${binarySize(bytes.removed)}`), options));
  if (changed > 0) {
    const values = kinds.value - kinds.type;
    const parts = [
      ...(kinds.type > 0 ? [`${count(kinds.type)} another type`] : []),
      ...(values > 0 ? [`${count(values)} another value`] : []),
      ...(kinds.expireOnly > 0 ? [`${count(kinds.expireOnly)} only another expiry`] : []),
      ...(bytes.grown > 0 ? [`${binarySize(bytes.grown)} more`] : []),
      ...(bytes.shrunk > 0 ? [`${binarySize(bytes.shrunk)} less`] : []),
    ];
    lines.push(fact('changed', colors.yellow(`${plural(changed, 'key')}: ${parts.join(', ')}`), options));
  }
  const { lost, gained, later, sooner } = expiry;
  const moved = [
    ...(lost > 0 ? [colors.bold(`${count(lost)} no longer expire`)] : []),
    ...(gained > 0 ? [`${count(gained)} expire now`] : []),
    ...(later > 0 ? [`${count(later)} later`] : []),
    ...(sooner > 0 ? [`${count(sooner)} sooner`] : []),
    ...(kinds.fieldExpire > 0 ? [`${count(kinds.fieldExpire)} of fields`] : []),
  ];
  if (moved.length > 0) lines.push(fact('expiries', moved.join(', '), options));
  const ofModules = summary.types.filter(({ type }) => !isPlainType(type));
  const unsure = ofModules.reduce((sum, { changed, expireOnly }) => sum + changed - expireOnly, 0);
  if (unsure > 0) {
    const text = `${plural(unsure, 'value')} of modules compared by the bytes saved: other ones may mean the same`;
    lines.push(fact('modules', text, options));
  }
  lines.push(fact('the same', plural(unchanged, 'key'), options));
  return lines;
}

function repeatedText(name: string, { repeated, repeatedKeys }: SideSummary): string {
  const names = repeatedKeys.slice(0, REPEATED_SHOWN).map(({ key }) => `"${bytesToLine(key.subarray(0, 80))}"`);
  const times = repeated === 1 ? 'a key comes' : `keys come`;
  return `${times} more than once on the ${name} side, ${plural(repeated, 'time')} in all; the last one was compared: ${names.join(', ')}${andMore(names.length, repeated)}`;
}

const DASH = '';

function cells(groups: readonly GroupDifferences[]): Column[] {
  const number = (value: number) => (value === 0 ? DASH : count(value));
  return [
    { head: 'differ', cells: groups.map((group) => count(sizeOfGroup(group))), align: 'right' },
    { head: 'added', cells: groups.map(({ added }) => number(added)), align: 'right' },
    { head: 'removed', cells: groups.map(({ removed }) => number(removed)), align: 'right' },
    { head: 'changed', cells: groups.map(({ changed }) => number(changed)), align: 'right' },
    { head: 'expiry only', cells: groups.map(({ expireOnly }) => number(expireOnly)), align: 'right', spare: 1 },
    { head: 'bytes', cells: groups.map(({ bytes }) => signed(bytes)), align: 'right' },
  ];
}

function signed(bytes: number): string {
  if (bytes === 0) return DASH;
  return `${bytes > 0 ? '+' : '-'}${binarySize(Math.abs(bytes))}`;
}

function databaseLines({ databases }: DiffSummary, options: StatsTextOptions): string[] {
  if (databases.length < 2) return [];
  const names = databases.map(({ db }) => `db ${db}`);
  return [
    '',
    ...table(
      [{ head: 'Databases', cells: names }, ...cells(databases), ...keyColumns(databases)],
      options.columns,
      heads(options),
    ),
  ];
}

function typeLines({ types }: DiffSummary, options: StatsTextOptions): string[] {
  if (types.length < 2) return [];
  const names = types.map(({ type }) => printableText(type));
  return [
    '',
    ...table([{ head: 'Types', cells: names }, ...cells(types), ...keyColumns(types)], options.columns, heads(options)),
  ];
}

function keyColumns(rows: readonly { readonly leftKeys: number; readonly rightKeys: number }[]): Column[] {
  return [
    { head: 'keys left', cells: rows.map(({ leftKeys }) => count(leftKeys)), align: 'right', spare: 2 },
    { head: 'right', cells: rows.map(({ rightKeys }) => count(rightKeys)), align: 'right', spare: 2 },
  ];
}

function prefixLines({ prefixes }: DiffSummary, options: StatsTextOptions): string[] {
  const { tree, without, beyond, separators, guessed } = prefixes;
  if (tree.length === 0) return [];
  const shown = largest(tree.map(collapsed), options.top);
  const rows: { readonly name: string; readonly group: GroupDifferences }[] = shown.map(({ node, depth, from }) => ({
    name: '  '.repeat(depth) + shownName(node.prefix.subarray(from)),
    group: node,
  }));
  const rest = sumOf(tree.map(collapsed).filter((node) => !shown.some((each) => isSame(each.node, node))));
  const others = add(rest, beyond);
  if (sizeOfGroup(others) > 0) rows.push({ name: '(other prefixes)', group: others });
  if (sizeOfGroup(without) > 0) rows.push({ name: '(no prefix)', group: without });
  const columns = [
    { head: 'Prefixes', cells: rows.map(({ name }) => name), least: NAME_LEAST },
    ...cells(rows.map(({ group }) => group)),
  ];
  const how = guessed ? ' (guessed from the names; set with --separator)' : '';
  const quoted = separators.map((separator) => JSON.stringify(separator)).join(' ');
  return ['', ...table(columns, options.columns, heads(options)), remark(`Names divided at ${quoted}${how}.`, options)];
}

interface Shown {
  readonly node: PrefixDifferences;
  readonly depth: number;
  /** Where its own part of the name begins. */
  readonly from: number;
}

/** The largest prefixes of all levels, each below its parent. A level with a single child says no more than that. */
function largest(tree: readonly PrefixDifferences[], top: number): Shown[] {
  const chosen = new Set<PrefixDifferences>();
  const open = [...tree];
  while (chosen.size < top && open.length > 0) {
    let best = 0;
    for (let i = 1; i < open.length; i++) if (sizeOfGroup(open[i]) > sizeOfGroup(open[best])) best = i;
    const [node] = open.splice(best, 1);
    chosen.add(node);
    open.push(...node.children.filter((child) => isTelling(node, child)).slice(0, top));
  }
  const inOrder = (nodes: readonly PrefixDifferences[], depth: number, from: number): Shown[] =>
    nodes
      .filter((node) => chosen.has(node))
      .flatMap((node) => [{ node, depth, from }, ...inOrder(node.children, depth + 1, node.prefix.length)]);
  return inOrder(tree, 0, 0);
}

/** A prefix whose keys all have a longer one in common stands as that. */
export function collapsed(node: PrefixDifferences): PrefixDifferences {
  const [only] = node.children;
  if (only && sizeOfGroup(only) === sizeOfGroup(node)) return collapsed(only);
  return { ...node, children: node.children.map(collapsed) };
}

function isSame(a: PrefixDifferences, b: PrefixDifferences): boolean {
  return Buffer.compare(a.prefix, b.prefix) === 0;
}

/** A prefix below another one is worth a line when it has a good part of it. */
function isTelling(parent: PrefixDifferences, child: PrefixDifferences): boolean {
  return sizeOfGroup(child) > 1 && sizeOfGroup(child) * 20 >= sizeOfGroup(parent);
}

function add(a: GroupDifferences, b: GroupDifferences): GroupDifferences {
  return sumOf([a, b]);
}

function sumOf(groups: readonly GroupDifferences[]): GroupDifferences {
  const of = (what: keyof GroupDifferences) => groups.reduce((sum, group) => sum + group[what], 0);
  return {
    added: of('added'),
    removed: of('removed'),
    changed: of('changed'),
    expireOnly: of('expireOnly'),
    bytes: of('bytes'),
  };
}
