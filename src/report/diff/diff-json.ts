// Comparisons as JSON: documented in docs/diff-json.md.
import type { Change, KeySide } from '../../diff/change.js';
import type { ElementKind, Shown } from '../../diff/element-rows.js';
import type { ElementChange } from '../../diff/elements.js';
import type { DiffSummary, PrefixDifferences } from '../../diff/report.js';
import { integerJson } from '../../values/json-number.js';
import { asciiJson, jsonString } from '../ascii-json.js';
import { type BytesForm, bytesIn, jsonForm } from '../stats/json-form.js';

export const SCHEMA = 1;

/** One difference as an object, without a line end. `unsure`: the side that lacks the key ended early. */
export function changeJson(change: Change, form: BytesForm, unsure: boolean): string {
  const { change: kind, db, key, what, left, right } = change;
  const name = jsonString(bytesIn(form, key));
  return (
    `{"change":"${kind}","db":${db},"key":${name},"what":${JSON.stringify(what)},` +
    `"left":${sideJson(left)},"right":${sideJson(right)}${unsure ? ',"unsure":true' : ''}`
  );
}

function sideJson(side: KeySide | null): string {
  if (!side) return 'null';
  const { type, expireAtMs, bytes, elements } = side;
  const expiry = expireAtMs === null ? 'null' : integerJson(expireAtMs);
  return `{"type":${jsonString(type)},"expireAtMs":${expiry},"bytes":${bytes},"elements":${integerJson(elements)}}`;
}

/** One element that differs, as an object. */
export function elementJson(element: ElementChange, form: BytesForm): string {
  const { change, kind, name, left, right, leftExpireAtMs, rightExpireAtMs, count: items } = element;
  const named = NAMELESS.has(kind) ? {} : { name: bytesIn(form, name.start), ...cutOf('name', name) };
  return asciiJson({
    ...{ change, kind, ...named },
    left: left && bytesIn(form, left.start),
    right: right && bytesIn(form, right.start),
    ...cutOf('left', left),
    ...cutOf('right', right),
    ...(leftExpireAtMs === null && rightExpireAtMs === null ? {} : { leftExpireAtMs, rightExpireAtMs }),
    ...(items > 1 ? { count: items } : {}),
  }).trimEnd();
}

/** They are their own names, or have none. */
const NAMELESS: ReadonlySet<ElementKind> = new Set(['item', 'value', 'lastId']);

/** How long a text is that was cut. */
function cutOf(what: string, shown: Shown | null): Record<string, number> {
  return shown && shown.length > shown.start.length ? { [`${what}Length`]: shown.length } : {};
}

export interface SummaryJsonOptions {
  readonly bytes: BytesForm;
  /** Prefixes of each list. */
  readonly top: number;
  /** Not all differences were listed, because somebody asked for no more. */
  readonly limited: boolean;
}

/** The summary as a JSON object, without a line end. */
export function summaryJson(summary: DiffSummary, { bytes, top, limited }: SummaryJsonOptions): string {
  const { tree, ...prefixes } = summary.prefixes;
  const document = {
    schema: SCHEMA,
    equal: isEqual(summary),
    ...(limited ? { limited } : {}),
    ...summary,
    prefixes: { ...prefixes, listed: listed(tree, top) },
  };
  return asciiJson(jsonForm(document, bytes)).trimEnd();
}

/** No difference was found, and nothing kept us from finding one. */
export function isEqual({ added, removed, changed, complete }: DiffSummary): boolean {
  return complete && added + removed + changed === 0;
}

function listed(tree: readonly PrefixDifferences[], top: number): unknown[] {
  return tree.slice(0, top).map(({ children, ...prefix }) => ({ ...prefix, children: listed(children, top) }));
}
