// What a program writes: the same shapes as the entries that it reads, where text may stand for its UTF-8 bytes.
import type { ModuleData } from './entry.js';

/** Bytes, or text that stands for its UTF-8 bytes. */
export type BytesOrText = Uint8Array | string;

/** What every new entry has. */
export interface NewEntryBase {
  /** Default 0. */
  readonly db?: number;
  /** The name of the key. */
  readonly key: BytesOrText;
  /** When the key expires, in ms since the epoch. */
  readonly expireAtMs?: number | undefined;
  /** Seconds since the last use, for servers that evict by LRU (RDB 9+). Not together with `freq`. */
  readonly idle?: number | undefined;
  /** LFU counter, 0 to 255, for servers that evict by LFU (RDB 9+). */
  readonly freq?: number | undefined;
}

/** A field of a hash to be written. */
export interface NewHashField {
  readonly field: BytesOrText;
  readonly value: BytesOrText;
  /** When the field expires, in ms since the epoch (RDB 12 of Redis, RDB 80 of Valkey). */
  readonly expireAtMs?: number | undefined;
}

/** A pending entry to be written. */
export interface NewPendingEntry {
  /** `ms-seq` */
  readonly id: string;
  /** ms since the epoch. */
  readonly deliveryTimeMs: number;
  readonly deliveryCount: number | bigint;
}

/** A consumer to be written. */
export interface NewStreamConsumer {
  readonly name: BytesOrText;
  /** ms since the epoch. */
  readonly seenTimeMs: number;
  /** ms since the epoch; -1 (the default) for never. Left out before RDB 11. */
  readonly activeTimeMs?: number | undefined;
  readonly pending?: readonly NewPendingEntry[];
}

/** A consumer group to be written. */
export interface NewStreamGroup {
  readonly name: BytesOrText;
  /** The last id that was delivered. */
  readonly lastId: string;
  /** null, the default, when it is not known. Left out before RDB 10. */
  readonly entriesRead?: number | null | undefined;
  readonly consumers?: readonly NewStreamConsumer[];
  /** Pending entries that no consumer owns (RDB 14 of Redis). */
  readonly released?: readonly NewPendingEntry[];
}

/** Idempotent producers to be written (RDB 13 of Redis). */
export interface NewStreamIdmp {
  /** Whole seconds, in ms. */
  readonly durationMs: number;
  readonly maxSize: number;
  readonly producers: readonly {
    readonly pid: BytesOrText;
    readonly entries: readonly (readonly [iid: BytesOrText, id: string])[];
  }[];
  readonly iidsAdded: number;
  readonly iidsDuplicates: number;
}

/** A stream to be written. */
export interface NewStreamValue {
  /** Ids (`ms-seq`) ascending. */
  readonly entries: readonly {
    readonly id: string;
    readonly fields: readonly (readonly [field: BytesOrText, value: BytesOrText])[];
  }[];
  /** The greatest id that there ever was; default that of the last entry. */
  readonly lastId?: string;
  /** Default none. Left out before RDB 10, as the next one. */
  readonly maxDeletedId?: string | undefined;
  /** How many entries were ever added; default as many as there are. */
  readonly entriesAdded?: number | undefined;
  readonly groups?: readonly NewStreamGroup[];
  readonly idmp?: NewStreamIdmp | undefined;
}

/** What a new entry holds, by its type. */
export type NewValue =
  | { readonly type: 'string'; readonly value: BytesOrText }
  | { readonly type: 'list'; readonly value: readonly BytesOrText[] }
  | { readonly type: 'set'; readonly value: readonly BytesOrText[] }
  | { readonly type: 'zset'; readonly value: readonly (readonly [member: BytesOrText, score: number])[] }
  | { readonly type: 'hash'; readonly value: readonly NewHashField[] | Readonly<Record<string, BytesOrText>> }
  | { readonly type: 'stream'; readonly value: NewStreamValue }
  | {
      readonly type: 'array';
      readonly value: {
        readonly insertIndex?: bigint | undefined;
        readonly elements: readonly (readonly [index: bigint, value: BytesOrText])[];
      };
    }
  | { readonly type: 'module'; readonly value: ModuleData }
  | { readonly type: 'cron'; readonly value: Uint8Array };

/** A key to be written. Every `Entry` is one. */
export type NewEntry = NewEntryBase & NewValue;
