// Hash slots of a cluster: how they are filled, and by which hash tags.
import { SLOTS } from '../../keyspace/slot.js';
import type { StatsReport, TagStats } from '../../stats/report.js';
import { binarySize, count, plural } from '../format.js';
import { cut } from './columns.js';
import { fact, percent, type StatsTextOptions, shownName } from './words.js';

const TAGS_SHOWN = 3;
/** A slot is crowded when it has so many times the memory of the mean of those with keys. */
const CROWDED = 2;
/** Share of the slot's memory from which on a tag is what crowds it. */
const MOST_OF_IT = 0.5;

/** Nothing where slots mean nothing. */
export function slotLines({ slots, totals }: StatsReport, options: StatsTextOptions): string[] {
  const { relevant, used, biggest } = slots;
  const [first] = biggest;
  if (!relevant || used === 0 || !first) return [];
  const mean = totals.memory / used;
  const lines = [
    options.colors.bold('Hash slots'),
    fact(
      'used',
      `${count(used)} of ${count(SLOTS)}, ${binarySize(Math.round(mean))} of memory each on average`,
      options,
    ),
  ];
  const sizes = `${binarySize(first.memory)}, ${plural(first.keys, 'key')}`;
  const times = used > 1 ? `, ${(first.memory / mean).toFixed(1)} times the average` : '';
  lines.push(
    fact('biggest', `slot ${first.slot}: ${sizes}, ${percent(first.memory, totals.memory)} of all${times}`, options),
  );
  const crowding = used > 1 ? slots.tags.filter((tag) => crowds(tag, slots.memory[tag.slot], mean)) : [];
  for (const tag of crowding.slice(0, TAGS_SHOWN)) {
    const share = percent(tag.memory, slots.memory[tag.slot]);
    const least = tag.missing?.memory ? 'at least ' : '';
    const amount = `${plural(tag.keys, 'key')}, ${binarySize(tag.memory)}`;
    const name = cut(shownName(tag.tag), 40);
    lines.push(fact('crowded', `{${name}} holds ${least}${share} of slot ${tag.slot}: ${amount}`, options));
  }
  if (crowding.length > TAGS_SHOWN) {
    lines.push(fact('', `and ${plural(crowding.length - TAGS_SHOWN, 'more hash tag')} like these`, options));
  }
  return lines;
}

function crowds({ memory }: TagStats, ofSlot: number, mean: number): boolean {
  return ofSlot >= CROWDED * mean && memory >= MOST_OF_IT * ofSlot;
}
