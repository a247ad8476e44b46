import { bytesToText } from '../keyspace/bytes-text.js';
import type { CommandRecord } from './log-visitor.js';

/** A database number as servers read it: a sign and digits, nothing else. */
const DATABASE = /^\d{1,9}$/;
const LONGEST_DATABASE = 16;
const UPPER = /[A-Z]/;
/** Names that were seen, by their bytes as text: the same few come again and again. */
const KEPT_NAMES = 4096;

/** The command at hand. */
export class CommandState implements CommandRecord {
  offset = 0;
  argc = 0;
  name = '';
  db = 0;
  multiAt = -1;
  bytes = 0;
  /** Passes without events. */
  plain = false;
  /** How many arguments the visitor is told. */
  told = 0;
  /** Its argument is the number of a database. */
  isSelect = false;
  /** The database that SELECT names; undefined for none. */
  database: number | undefined;
  private readonly names = new Map<string, string>();

  begin(offset: number, argc: number): void {
    this.offset = offset;
    this.argc = argc;
    this.name = '';
    this.bytes = 0;
    this.isSelect = false;
    this.database = undefined;
  }

  setName(bytes: Uint8Array, start: number, end: number): void {
    let text = '';
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
    let name = this.names.get(text);
    if (name === undefined) {
      const lower = UPPER.test(text) ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
      name = bytesToText(Buffer.from(lower, 'latin1'));
      if (this.names.size < KEPT_NAMES) this.names.set(text, name);
    }
    this.name = name;
    this.isSelect = name === 'select' && this.argc === 2;
  }

  setDatabase(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > LONGEST_DATABASE) return;
    const text = Buffer.from(bytes.slice(start, end)).toString('latin1');
    this.database = DATABASE.test(text) ? Number(text) : undefined;
  }
}
