// Writes entries as an RDB in memory, and reads them again.
import {
  type Entry,
  MemorySink,
  type NewEntry,
  RdbWriter,
  readEntries,
  type WrittenHeader,
  writeEntry,
} from '../../src/index.js';

export async function written(entries: Iterable<NewEntry>, header: WrittenHeader): Promise<Uint8Array> {
  const sink = new MemorySink();
  const writer = new RdbWriter(sink, header);
  for (const entry of entries) await writeEntry(writer, entry);
  await writer.end();
  return sink.bytes();
}

export async function readAll(...args: Parameters<typeof readEntries>): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const entry of readEntries(...args)) all.push(entry);
  return all;
}
