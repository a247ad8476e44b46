import { describe, expect, it } from 'vitest';
import { Level } from '../../../src/rdb/visitor.js';
import { eventsOf, shown } from '../../helpers/events.js';
import {
  type Id,
  len,
  listpack,
  RdbBuilder,
  rawId,
  type StreamNode,
  type StreamSpec,
  str,
  streamNode,
  streamValue,
} from '../../helpers/rdb-builder.js';
import { toldOf, VALUE_AT } from '../../helpers/values.js';
import { IDMP_TAIL, STREAM_3, STREAM_5 } from '../../helpers/worked-dumps.js';

const LAST: Id = [9, 9];

function one(node: StreamNode, spec: Partial<StreamSpec> = {}): Promise<string[]> {
  return toldOf(streamValue(21, { nodes: [node], length: 1, lastId: LAST, ...spec }));
}

/** What is told of the entries of one node. */
async function entriesOf(node: StreamNode): Promise<string[]> {
  return (await one(node)).filter((event) => /^(entry|!)/.test(event));
}

describe('streams', () => {
  it('the worked example of RDB 11', async () => {
    const { events } = await eventsOf(new RdbBuilder(11).bytes(STREAM_3).finish());
    expect(events.slice(2, -2)).toEqual([
      'count 1',
      'entry 1000-1 "a" "1" "b" "2"',
      'entry 1005-0 "c" "xyz"',
      'stream length 2 last 1005-0 first 1000-1 deleted 1000-2 added 3',
      'group "g" last 1000-1 read -1',
      'pending 1000-1 1795162841460 1x',
      'consumer "c1" seen 1795162841460 active 1795162841460',
      'owns 1000-1',
      'end of group',
      'group "g2" last 1005-0 read -1',
      'end of group',
    ]);
  });

  it('the worked example of RDB 14', async () => {
    const { events } = await eventsOf(new RdbBuilder(14).bytes(STREAM_5).finish());
    expect(events.slice(2, -2)).toEqual([
      'count 1',
      'entry 1000-1 "a" "1"',
      'entry 1000-2 "a" "2"',
      'entry 1000-3 "a" "3"',
      'stream length 3 last 4102444800000-1 first 1000-1 deleted 4102444800000-1 added 4',
      'group "g" last 1000-3 read 3',
      'pending 1000-1 0 9223372036854775807x',
      'pending 1000-2 1795165380485 1x',
      'pending 1000-3 0 1x',
      'consumer "c1" seen 1795165380485 active 1795165380485',
      'owns 1000-2',
      'released 1000-3',
      'released 1000-1',
      'end of group',
      'idmp 100 s max 100',
      'producer "42"',
      'iid "order-7" 4102444800000-1',
      'idmp added 1 duplicates 1',
    ]);
  });

  it('the idempotency part of RDB 13', async () => {
    // Nodes, length, three ids of two lengths each, entries added, groups: all 0.
    const head = Buffer.alloc(10);
    expect(await toldOf({ type: 26, body: Buffer.concat([head, IDMP_TAIL]) }, { version: 13 })).toEqual([
      'count 0',
      'stream length 0 last 0-0 first 0-0 deleted 0-0 added 0',
      'idmp 100 s max 100',
      'producer "producer1"',
      'iid "iid_p1_e1" 1771945454291-1',
      'producer "producer2"',
      'iid "iid_p2_e1" 1771945454291-2',
      'idmp added 2 duplicates 0',
    ]);
  });

  it.each([
    [15, 9, 'stream length 1 last 9-9', 'group "g" last 1-1', 'consumer "c" seen 5'],
    [
      19,
      10,
      'stream length 1 last 9-9 first 1-1 deleted 0-0 added 1',
      'group "g" last 1-1 read 4',
      'consumer "c" seen 5',
    ],
    [
      21,
      11,
      'stream length 1 last 9-9 first 1-1 deleted 0-0 added 1',
      'group "g" last 1-1 read 4',
      'consumer "c" seen 5 active 6',
    ],
  ] as const)('type %d has its own parts', async (type, version, meta, group, consumer) => {
    const value = streamValue(type, {
      nodes: [streamNode([{ id: [1, 1], fields: [['f', 'v']] }])],
      length: 1,
      lastId: LAST,
      firstId: [1, 1],
      groups: [{ name: 'g', lastId: [1, 1], entriesRead: 4, consumers: [{ name: 'c', seen: 5, active: 6 }] }],
    });
    expect(await toldOf(value, { version })).toEqual([
      'count 1',
      'entry 1-1 "f" "v"',
      meta,
      group,
      consumer,
      'end of group',
    ]);
  });

  it('without entries, groups or anything', async () => {
    expect(await toldOf(streamValue(15, { length: 0, lastId: [0, 0] }))).toEqual([
      'count 0',
      'stream length 0 last 0-0',
    ]);
    expect(await toldOf(streamValue(27, { length: 0, lastId: [5, 5] }), { version: 14 })).toEqual([
      'count 0',
      'stream length 0 last 5-5 first 0-0 deleted 0-0 added 0',
      'idmp 100 s max 100',
      'idmp added 0 duplicates 0',
    ]);
  });

  it('a consumer that was never active, and delivery times of servers that lie', async () => {
    const told = await one(streamNode([{ id: [1, 1], fields: [['f', 'v']] }]), {
      groups: [
        {
          name: 'g',
          lastId: [1, 1],
          pending: [{ id: [1, 1], time: -7, count: 0 }],
          consumers: [{ name: '', seen: 0, active: -1 }],
        },
      ],
    });
    expect(told).toContain('pending 1-1 -7 0x');
    expect(told).toContain('consumer "" seen 0 active -1');
  });

  it('nodes as blobs for a visitor that wants structure', async () => {
    const node = streamNode([{ id: [3, 0], fields: [['field', 'value']] }]);
    for (const form of ['raw', 'lzf'] as const) {
      const value = streamValue(21, { nodes: [node], length: 1, lastId: LAST }, form);
      expect((await toldOf(value, { level: Level.STRUCTURE }))[1]).toBe(`node 3-0 ${shown(node.listpack)}`);
      expect((await toldOf(value))[1]).toBe('entry 3-0 "field" "value"');
    }
  });
});

describe('entries of a stream node', () => {
  it('leave out what was deleted', async () => {
    const node = streamNode([
      { id: [1, 0], fields: [['f', 'a']], deleted: true },
      { id: [2, 0], fields: [['f', 'b']] },
      { id: [3, 0], fields: [['other', 'c']], deleted: true },
    ]);
    expect(await entriesOf(node)).toEqual(['entry 2-0 "f" "b"']);
  });

  it('have the names of the master, or their own', async () => {
    const node = streamNode([
      {
        id: [1, 0],
        fields: [
          ['f', '1'],
          ['g', '2'],
        ],
      },
      {
        id: [1, 1],
        fields: [
          ['f', '3'],
          ['g', '4'],
        ],
        sameFields: false,
      },
      {
        id: [1, 2],
        fields: [
          ['g', '5'],
          ['f', '6'],
        ],
      },
      { id: [1, 3], fields: [['1', '-5']] },
    ]);
    expect(await entriesOf(node)).toEqual([
      'entry 1-0 "f" "1" "g" "2"',
      'entry 1-1 "f" "3" "g" "4"',
      'entry 1-2 "g" "5" "f" "6"',
      'entry 1-3 "1" "-5"',
    ]);
  });

  it.each([
    ['a lower sequence in a later millisecond', [1000, 5], [1005, 0]],
    ['2^32 milliseconds apart', [1, 0], [2n ** 32n + 1n, 0]],
    ['a carry between the halves', [0xffffffffn, 0xffffffffn], [0x100000000n, 0x100000000n]],
    ['a borrow between the halves', [0xffffffffn, 0x100000000n], [0x100000000n, 0xffffffffn]],
    ['more than 2^53 apart', [1, 9007199254740993n], [9007199254740993n, 1]],
    ['the greatest ids', [2n ** 64n - 2n, 2n ** 64n - 1n], [2n ** 64n - 1n, 2n ** 64n - 2n]],
    ['sequences that wrap around', [1, 2n ** 64n - 1n], [2, 0]],
  ] as [string, Id, Id][])('have ids relative to the master: %s', async (_name, master, id) => {
    const node = streamNode([
      { id: master, fields: [['f', 'a']] },
      { id, fields: [['f', 'b']] },
    ]);
    expect(await entriesOf(node)).toEqual([`entry ${master.join('-')} "f" "a"`, `entry ${id.join('-')} "f" "b"`]);
  });

  it('have any bytes in names and values', async () => {
    const node = streamNode([
      {
        id: [1, 0],
        fields: [
          ['', '\0\n'],
          ['-0', '007'],
          ['f', 'x'.repeat(5000)],
        ],
      },
    ]);
    expect(await entriesOf(node)).toEqual([
      `entry 1-0 "" "\\u0000\\n" "-0" "007" "f" ${shown(Buffer.from('x'.repeat(5000)))}`,
    ]);
  });
});

describe('damaged streams', () => {
  const node = (entries: Parameters<typeof listpack>[0]): StreamNode => ({ id: [1, 0], listpack: listpack(entries) });
  // One entry: flags 2, +0, +0, "v", 4 elements before.
  const ENTRY = [2, 0, 0, 'v', 4];

  it.each([
    ['a master entry that ends early', [1, 0], 'STREAM_NODE_INVALID'],
    ['a master entry without its closing 0', [1, 0, 1, 'f', 5, ...ENTRY], 'STREAM_NODE_INVALID'],
    ['a count that is no number', ['x', 0, 1, 'f', 0, ...ENTRY], 'STREAM_NODE_INVALID'],
    ['fewer fields than announced', [1, 0, 3, 'f', 0], 'STREAM_NODE_INVALID'],
    ['flags that are no number', [1, 0, 1, 'f', 0, 'x', 0, 0, 'v', 4], 'STREAM_NODE_INVALID'],
    ['an id that is no number', [1, 0, 1, 'f', 0, 2, 'x', 0, 'v', 4], 'STREAM_NODE_INVALID'],
    ['an entry that ends early', [1, 0, 1, 'f', 0, 2, 0, 0], 'STREAM_NODE_INVALID'],
    ['a wrong number of elements behind an entry', [1, 0, 1, 'f', 0, 2, 0, 0, 'v', 5], 'STREAM_NODE_INVALID'],
    ['two billion fields', [1, 0, 1, 'f', 0, 0, 0, 0, 2 ** 31, 'f', 'v', 6], 'STREAM_NODE_INVALID'],
    ['a negative number of fields', [1, 0, -1, 0], 'STREAM_NODE_INVALID'],
    ['a wrong count of entries', [2, 0, 1, 'f', 0, ...ENTRY], 'STREAM_NODE_COUNT_WRONG'],
    ['a wrong count of tombstones', [1, 1, 1, 'f', 0, ...ENTRY], 'STREAM_NODE_COUNT_WRONG'],
  ])('%s', async (_name, entries, code) => {
    const told = await one(node(entries));
    expect(told.filter((event) => event.startsWith('!'))).toEqual([`! ${code} @${VALUE_AT + 1}`]);
    // The rest of the stream is read all the same.
    expect(told.at(-1)).toMatch(/^stream length 1/);
  });

  it('a listpack that is no listpack', async () => {
    const broken: StreamNode = { id: [1, 0], listpack: listpack([1, 0, 1, 'f', 0, ...ENTRY], { total: 5 }) };
    expect(await one(broken)).toContain(`! LISTPACK_BAD_TOTAL @${VALUE_AT + 1}`);
  });

  it('a node id that is not 16 bytes long', async () => {
    const body = Buffer.concat([
      len(2),
      str('short'),
      str(listpack([1, 0, 1, 'f', 0, ...ENTRY])),
      str(rawId([7, 0])),
      str(listpack([1, 0, 1, 'f', 0, ...ENTRY])),
      ...[1, 9, 9, 0].map((n) => len(n)),
    ]);
    expect(await toldOf({ type: 15, body })).toEqual([
      'count 2',
      `! STREAM_BAD_NODE_KEY @${VALUE_AT + 1}`,
      'entry 7-0 "f" "v"',
      'stream length 1 last 9-9',
    ]);
  });
});
