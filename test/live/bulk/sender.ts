import { hashSlot } from '../../../src/keyspace/slot.js';
import type { BulkTarget } from '../../../src/live/bulk/bulk-target.js';
import { Parcel, type Series, type UnitResult } from '../../../src/live/bulk/parcel.js';
import { parseServerUrl, type ServerAddress } from '../../../src/live/server-url.js';
import { commandBytes } from '../../../src/resp/command.js';

type Command = readonly (string | number | Uint8Array)[];

/** A parcel of these units, each of one command or several. */
export function parcelOf(
  units: readonly (readonly Command[])[],
  db = 0,
  slot?: number,
  series?: Series,
): Parcel<number> {
  const encoded = units.map((commands) => Buffer.concat(commands.map(commandBytes)));
  const parcel = new Parcel(Buffer.concat(encoded), db, slot, 0, series);
  let end = 0;
  for (const [i, bytes] of encoded.entries()) {
    end += bytes.length;
    parcel.endUnit(end, units[i].length);
  }
  return parcel;
}

/** Sends one parcel and waits for what became of it. */
export function settle(target: BulkTarget, parcel: Parcel<number>): Promise<ReadonlyMap<number, UnitResult>> {
  return new Promise((resolve) => target.send(parcel, (_, exceptions) => resolve(exceptions)));
}

/** What came back of many parcels. */
export interface Tally {
  readonly sentUnits: number;
  readonly settledUnits: number;
  /** Parcels that were settled more or less than once. */
  readonly oddParcels: number;
  readonly exceptions: readonly UnitResult[];
}

/**
 * Sends `SET key:<n> <value>` for every n below `count`, in parcels of 100 keys for each node, and calls `meanwhile` when a third
 * of them is sent. In the end all are settled.
 */
export async function sendKeys(target: BulkTarget, count: number, meanwhile?: () => Promise<void>): Promise<Tally> {
  const settled: number[] = [];
  const exceptions: UnitResult[] = [];
  let settledUnits = 0;
  const open = new Map<number, { slot: number; units: Command[][] }>();
  let parcels = 0;
  const send = (slot: number, units: Command[][]) => {
    const index = parcels++;
    settled[index] = 0;
    target.send(parcelOf(units, 0, target.isCluster ? slot : undefined), (parcel, odd) => {
      settled[index]++;
      settledUnits += parcel.units;
      exceptions.push(...odd.values());
    });
  };
  let other: Promise<void> | undefined;
  for (let i = 0; i < count; i++) {
    const key = `key:${i}`;
    const slot = target.isCluster ? hashSlot(Buffer.from(key)) : 0;
    const node = target.isCluster ? target.nodeOf(slot) : 0;
    const group = open.get(node) ?? { slot, units: [] };
    open.set(node, group);
    group.units.push([['SET', key, `value ${i}`]]);
    if (group.units.length === 100) {
      open.delete(node);
      if (target.full) await target.ready();
      send(group.slot, group.units);
    }
    if (i === Math.floor(count / 3)) {
      other = meanwhile?.();
      other?.catch(() => undefined);
    }
    // So that surely some are sent before it, some while it happens, and some behind it.
    if (i === Math.floor((2 * count) / 3)) await other;
  }
  for (const { slot, units } of open.values()) send(slot, units);
  await target.drain();
  return {
    sentUnits: count,
    settledUnits,
    oddParcels: settled.filter((times) => times !== 1).length,
    exceptions,
  };
}

export function addressOf(port: number, more: Partial<ServerAddress> = {}): ServerAddress {
  return { ...parseServerUrl(`redis://127.0.0.1:${port}`, {}), ...more };
}
