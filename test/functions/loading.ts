/** How servers load function libraries. */
import type { LibraryFacts } from '../../src/servers/functions/facts.js';
import { inspectLibrary } from '../../src/servers/functions/library.js';
import { crc64 } from '../helpers/crc64.js';
import { le, str } from '../helpers/rdb-builder.js';
import type { RunningServer } from '../servers/server.js';

/** A library as text, a byte per character. */
export function inspect(code: string): LibraryFacts {
  return inspectLibrary(Buffer.from(code, 'latin1'));
}

/** What a server told about a library: `loaded`, or its error. */
export type Reply = string;

export type Loader = (server: RunningServer, codes: readonly string[]) => Promise<Reply[]>;

/** Loads each library alone, as text. */
export const loadText: Loader = ({ client }, codes) =>
  repliesOf(client, codes, (code) => ['LOAD', Buffer.from(code, 'latin1')]);

/** Loads each library alone, as a record of an RDB file. */
export const loadRecord: Loader = ({ client }, codes) =>
  repliesOf(client, codes, (code) => {
    const record = Buffer.concat([Buffer.of(0xf5), str(Buffer.from(code, 'latin1'), 'server'), le(10, 2)]);
    return ['RESTORE', Buffer.concat([record, le(crc64(record), 8)])];
  });

async function repliesOf(
  client: RunningServer['client'],
  codes: readonly string[],
  command: (code: string) => [string, Buffer],
): Promise<Reply[]> {
  const pipeline = client.pipeline();
  for (const code of codes) {
    pipeline.call('FUNCTION', 'FLUSH', 'SYNC');
    pipeline.call('FUNCTION', ...command(code));
  }
  const replies = (await pipeline.exec()) ?? [];
  return codes.map((_, i) => replies[2 * i + 1]?.[0]?.message ?? 'loaded');
}

/** Whether a server should load a library; undefined when that cannot be told. */
export function loadsOn({ lineage }: Pick<RunningServer, 'lineage'>, facts: LibraryFacts): boolean | undefined {
  if (facts.fault) return false;
  return facts.certain ? lineage === 'valkey' || !facts.needsServerApi : undefined;
}

export interface Disagreement {
  code: string;
  reply: Reply;
  facts: LibraryFacts;
}

/** Which of the libraries a server treats differently than we say. */
export async function disagreements(
  server: RunningServer,
  codes: readonly string[],
  load: Loader,
): Promise<Disagreement[]> {
  const all = codes.map((code) => ({ code, facts: inspect(code) }));
  // What we say nothing about may do anything, even bring the server down.
  const told = all.filter(({ facts }) => facts.doubt === undefined);
  const replies = await load(
    server,
    told.map(({ code }) => code),
  );
  return told
    .map((one, i) => ({ ...one, reply: replies[i] }))
    .filter(({ facts, reply }) => loadsOn(server, facts) !== (reply === 'loaded'));
}

/** The library that a server has, as it lists it. */
export async function listed({ client }: RunningServer): Promise<Pick<LibraryFacts, 'name' | 'functions' | 'flags'>> {
  const [library] = (await client.call('FUNCTION', 'LIST')) as unknown[][];
  const fields = pairs(library);
  const functions = (fields.get('functions') as unknown[][]).map(pairs);
  return {
    name: fields.get('library_name') as string,
    functions: functions.map((f) => f.get('name') as string).sort(),
    flags: [...new Set(functions.flatMap((f) => f.get('flags') as string[]))].sort(),
  };
}

function pairs(flat: readonly unknown[]): Map<unknown, unknown> {
  return new Map(flat.flatMap((key, i) => (i % 2 === 0 ? [[key, flat[i + 1]]] : [])));
}
