// The top of a comparison: the answer, and how far it can be trusted.
import { duration } from '../../../../keyspace/time-text.js';
import type { DiffPageData, PageInput, PageSide } from '../../diff-page-data.js';
import { el } from '../dom.js';
import { nameNode } from '../names.js';
import { binarySize, count, exactly, percent } from '../numbers.js';
import { themeButton } from '../state.js';
import { banner, baseName, card, figure, findingsBanner } from '../top.js';
import { allDifferences } from './groups.js';
import { differing } from './kinds.js';
import { newestOf, sidesTable } from './sides.js';
import { signed } from './sizes.js';

/** Keys that come more than once and are named. */
const REPEATED = 5;

export function top(data: DiffPageData): HTMLElement {
  const { left, right } = data;
  return el(
    'header',
    { class: 'top' },
    el('div', { class: 'title' }, el('h1', {}, sideName(left), ' → ', sideName(right)), themeButton()),
    ...warnings(data),
    verdict(data),
    differing(data) > 0 && cards(data),
    sidesTable(data),
    ...settings(data),
  );
}

/** How a side is called: by its file. */
function sideName({ inputs }: PageSide): HTMLElement {
  const [first] = inputs;
  const more = inputs.length > 1 ? ` and ${count(inputs.length - 1)} more` : '';
  return el('bdi', { title: first?.path }, `${first ? baseName(first.path) : 'nothing'}${more}`);
}

function verdict(data: DiffPageData): HTMLElement {
  const { unchanged, complete, sample, unsure } = data;
  const which = sample === null ? '' : ' of the sample';
  const differ = differing(data);
  const all = unchanged + differ;
  const same = `${count(unchanged)} ${unchanged === 1 ? 'is' : 'are'} the same on both sides`;
  if (unsure > 0) {
    const sure = differ - unsure;
    const words = `${sure === 0 ? 'No key differs' : `${keys(sure)}${which} ${sure === 1 ? 'differs' : 'differ'}`} for sure, ${count(unsure)} perhaps`;
    return answer('unknown', words, `One side lacks them, but ended early; ${same}.`);
  }
  if (differ > 0) {
    const words = `${count(differ)} of ${keys(all)}${which} ${all === 1 ? 'differs' : 'differ'}`;
    return answer('differ', words, `${percent(differ, all)}; ${same}.`);
  }
  const found = `${keys(all)}${which} ${all === 1 ? 'is' : 'are'} the same on both sides`;
  return complete
    ? answer('same', 'No difference', `${found}.`)
    : answer('unknown', 'No difference so far', `${found}, as far as both could be read.`);
}

function keys(n: number): string {
  return `${count(n)} ${n === 1 ? 'key' : 'keys'}`;
}

function answer(kind: 'same' | 'differ' | 'unknown', words: string, more: string): HTMLElement {
  return el(
    'div',
    { class: `verdict ${kind}`, role: 'status' },
    el('strong', { class: 'verdict-words' }, words),
    el('span', { class: 'verdict-more' }, more),
  );
}

function warnings(data: DiffPageData): HTMLElement[] {
  const { left, right, unsure } = data;
  const sides = [
    { name: 'left', side: left, change: 'added' },
    { name: 'right', side: right, change: 'removed' },
  ] as const;
  const list = sides.flatMap(({ name, side, change }) => {
    const stopped = side.inputs.filter(({ complete }) => !complete);
    if (stopped.length === 0) return [];
    const doubt = unsure > 0 ? ` Keys that are called ${change} may stand behind that place.` : '';
    return [banner('bad', 'NOT COMPLETE.', `The ${name} side ended early: ${stopped.map(stop).join('; ')}.${doubt}`)];
  });
  const findings = findingsBanner([...left.inputs, ...right.inputs]);
  if (findings) list.push(findings);
  for (const { name, side } of sides) if (side.repeated > 0) list.push(repeatedBanner(name, side));
  const [before, after] = [newestOf(left), newestOf(right)];
  if (before !== null && after !== null && after < before) {
    const words = `The right side was made ${duration(before - after)} before the left one: “added” means that a key is gone.`;
    list.push(banner('careful', 'The other way round?', words));
  }
  return list;
}

function stop({ path, end }: PageInput): string {
  return `${path} could not be read beyond byte ${count(end)}`;
}

function repeatedBanner(name: string, { inputs, repeated, repeatedKeys }: PageSide): HTMLElement {
  // A running server may name a key twice, and nothing is wrong.
  const isCopied = inputs.some(({ vanished }) => vanished !== undefined);
  const times = `${count(repeated)} ${repeated === 1 ? 'time' : 'times'}`;
  const element = banner(
    isCopied ? 'info' : 'bad',
    'Keys that come again.',
    `On the ${name} side ${times}; the last one of each was compared: `,
  );
  for (const [i, { key }] of repeatedKeys.slice(0, REPEATED).entries()) {
    element.append(i > 0 ? ', ' : '', nameNode(key, 80));
  }
  if (repeated > REPEATED) element.append(', …');
  return element;
}

function cards(data: DiffPageData): HTMLElement {
  const { left, right, added, removed, changed, unchanged, kinds, bytes, expiry } = data;
  const all = unchanged + differing(data);
  const share = (n: number) => `${percent(n, all)} of keys`;
  const lacking = (n: number, size: number) => `${share(n)}, ${binarySize(size)}`;
  const net = allDifferences(data).bytes;
  const value = changed - kinds.expireOnly;
  return el(
    'div',
    { class: 'cards wrapping' },
    card(
      right.complete ? 'Removed' : 'Removed, perhaps',
      figure(removed),
      lacking(removed, bytes.removed),
      count(removed),
    ),
    card(left.complete ? 'Added' : 'Added, perhaps', figure(added), lacking(added, bytes.added), count(added)),
    card('Other value', figure(value), share(value), count(value)),
    card('Only other expiry', figure(kinds.expireOnly), share(kinds.expireOnly), count(kinds.expireOnly)),
    card('No longer expire', figure(expiry.lost), `${count(expiry.gained)} expire now`, count(expiry.lost)),
    card(
      'Bytes',
      net === 0 ? '±0' : signed(net),
      `grown ${binarySize(bytes.grown)}, shrunk ${binarySize(bytes.shrunk)}`,
      `${exactly(net, 'bytes')} in all; keys on both sides grew by ${exactly(bytes.grown, 'bytes')} and shrank by ${exactly(bytes.shrunk, 'bytes')}`,
    ),
  );
}

function settings({ sample, filters, ignoreTtl, ttlTolerance }: DiffPageData): HTMLElement[] {
  const list: HTMLElement[] = [];
  if (sample !== null) {
    const words = `About ${percent(sample, 1)} of all keys were compared, chosen by chance: other keys may differ.`;
    list.push(banner('careful', 'A sample.', words));
  }
  if (filters.length > 0) list.push(banner('info', 'Filtered.', `Only keys with ${filters.join(' ')} are compared.`));
  if (ignoreTtl) list.push(banner('info', 'Expiries were not compared,', 'neither of keys nor of fields.'));
  else if (ttlTolerance > 0) {
    const words = `Expiries of keys no more than ${duration(ttlTolerance)} apart count as the same.`;
    list.push(banner('info', 'Tolerance.', words));
  }
  return list;
}
