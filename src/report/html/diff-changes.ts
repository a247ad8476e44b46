// Which changes a page carries.
import type { Change, KeySide } from '../../diff/change.js';
import type { Diff, DiffSummary } from '../../diff/report.js';
import type { PageChange, SideRow } from './diff-page-data.js';
import { nameText, plainText } from './name-text.js';

/** The largest changes, and at least so many of each kind: expiries that moved are no bytes, and would never be among them. */
const LARGEST = 4000;
const EACH = 1000;
/** Bytes of a name. */
const LONGEST_KEY = 256;

/** What a difference is, where it can be only one thing. `value`: the type or the value, whatever else. */
export type Kind = 'added' | 'removed' | 'value' | 'expiry';

/** Picks the changes for a page; `limit` gives fewer. Stops to ask when it has all that it wants. */
export function pickChanges(diff: Diff, limit = Number.POSITIVE_INFINITY): PageChange[] {
  const { summary } = diff;
  const missing = wanted(summary, Math.min(limit, EACH));
  const picked: PageChange[] = [];
  let open = Object.values(missing).reduce((sum, each) => sum + each, 0);
  let room = Math.min(limit, LARGEST);
  if (room === 0) return picked;
  for (const change of diff.changes()) {
    const kind = kindOf(change);
    if (room > 0 || missing[kind] > 0) picked.push(pageChange(change, summary));
    if (missing[kind] > 0) {
      missing[kind]--;
      open--;
    }
    room--;
    if (room <= 0 && open === 0) break;
  }
  return picked;
}

/** How many of each kind there have to be. */
function wanted({ added, removed, changed, kinds: { expireOnly } }: DiffSummary, each: number): Record<Kind, number> {
  return {
    added: Math.min(added, each),
    removed: Math.min(removed, each),
    value: Math.min(changed - expireOnly, each),
    expiry: Math.min(expireOnly, each),
  };
}

function kindOf({ change, what }: Change): Kind {
  if (change !== 'changed') return change;
  return what.includes('type') || what.includes('value') ? 'value' : 'expiry';
}

function pageChange({ change, db, key, what, left, right }: Change, summary: DiffSummary): PageChange {
  const lacking = change === 'added' ? summary.left : summary.right;
  return {
    ...{ change, db, what },
    key: nameText(key, LONGEST_KEY),
    left: sideRow(left),
    right: sideRow(right),
    ...(change !== 'changed' && !lacking.complete ? { unsure: true } : {}),
  };
}

function sideRow(side: KeySide | null): SideRow | null {
  return side && [plainText(side.type), side.expireAtMs, side.bytes, side.elements];
}
