import { describe, expect, it } from 'vitest';
import { eventsOf } from '../helpers/events.js';
import { hex, listValue, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { HASH_TEMPLATE, HASH_TMPL_LP_REF, SLOT_INFO_KEY, VALKEY_HEAD } from '../helpers/worked-dumps.js';

const V = stringValue('v');
const LIBRARY = '#!lua name=mylib\nredis.register_function("f", function() return 1 end)';
const JOB = '0123456789abcdef0123456789abcdef01234567';

/** What is told between the header and the end. */
async function told(builder: RdbBuilder): Promise<string[]> {
  const { events, result } = await eventsOf(builder.finish());
  if (!result.complete) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return events.slice(1, -1);
}

async function stop(builder: RdbBuilder): Promise<unknown> {
  const { result } = await eventsOf(builder.finish());
  return result.complete ? 'complete' : { code: result.failure.code, offset: result.failure.offset };
}

describe('records that are no keys', () => {
  it('the auxiliary fields of a Valkey header', async () => {
    expect(await told(new RdbBuilder(80, 'VALKEY').bytes(VALKEY_HEAD.subarray(9)))).toEqual([
      'aux "valkey-ver" "9.1.2" @9',
      'aux "redis-bits" "64" @27',
      'aux "ctime" "1795162841" @41',
      'aux "used-mem" "1293672" @53',
      'aux "aof-base" "0" @68',
    ]);
  });

  it('sizes of databases and slots', async () => {
    expect(await told(new RdbBuilder(12).selectDb(0).resizeDb(70000, 300).slotInfo(12182, 2, 0))).toEqual([
      'db 0 @9',
      'size 70000 300 @11',
      'slot 12182 2 0 @19',
    ]);
  });

  it('slots reach the keys behind them', async () => {
    expect(await told(new RdbBuilder(12).bytes(SLOT_INFO_KEY).key('k', V).selectDb(1).key('l', V))).toEqual([
      'slot 12182 2 0 @9',
      'key "foo" db 0 STRING freq 5 slot 12182 @14',
      'string "bar"',
      'end of "foo" 4 bytes @21',
      'key "k" db 0 STRING slot 12182 @25',
      'string "v"',
      'end of "k" 2 bytes @28',
      'db 1 @30',
      'key "l" db 1 STRING @32',
      'string "v"',
      'end of "l" 2 bytes @35',
    ]);
  });

  it('slots of Valkey stand in an auxiliary field', async () => {
    const events = await told(new RdbBuilder(80, 'VALKEY').aux('slot-info', '12077,1,0,1').key('hh', V));
    expect(events[0]).toBe('aux "slot-info" "12077,1,0,1" @9');
    expect(events[1]).toBe('key "hh" db 0 STRING slot 12077 @32');
  });

  it('function libraries', async () => {
    const code = JSON.stringify(LIBRARY);
    expect(await told(new RdbBuilder(10).functionLibrary(LIBRARY))).toEqual([`function ${code} @9`]);
    expect(await told(new RdbBuilder(10).functionPreGa('lib', 'LUA', LIBRARY))).toEqual([
      `function ${code} lib LUA @9`,
    ]);
    expect(await told(new RdbBuilder(10).functionPreGa('lib', 'LUA', LIBRARY, 'it works'))).toEqual([
      `function ${code} lib LUA @9`,
    ]);
  });

  it('data of modules outside of keys', async () => {
    const builder = new RdbBuilder(9)
      .moduleAux('hellotype', 3, 1, [{ uint: 7 }, { string: 'abc' }])
      .key('k', V)
      .moduleAux('hellotype', 3, 2, []);
    expect(await told(builder)).toEqual([
      'module aux hellotype v3 when 1 @9',
      'uint 7',
      'string "abc"',
      'end of module',
      'key "k" db 0 STRING @29',
      'string "v"',
      'end of "k" 2 bytes @32',
      'module aux hellotype v3 when 2 @34',
      'end of module',
    ]);
  });

  it('data of modules outside of keys, damaged', async () => {
    expect(await told(new RdbBuilder(9).moduleAux('hellotype', 3, 5, []))).toContain('! MODULE_AUX_INVALID @9');
    // Opcode 1 where "when" has to be announced by 2.
    expect(await stop(new RdbBuilder(9).bytes(hex('f7 81 85 e9 65 a2 dc a9 78 00 01 01 00')))).toMatchObject({
      code: 'MODULE_AUX_INVALID',
    });
    expect(await stop(new RdbBuilder(9).bytes(hex('f7 81 85 e9 65 a2 dc a9 78 00 02 01 06')))).toEqual({
      code: 'MODULE_BAD_OPCODE',
      offset: 21,
    });
  });

  it('slots that are being imported', async () => {
    const ranges = [
      [0, 0],
      [100, 16383],
    ] as const;
    expect(await told(new RdbBuilder(80, 'VALKEY').slotImport(JOB, ranges))).toEqual([
      `import "${JOB}" 0-0 100-16383 @9`,
    ]);
    expect(await told(new RdbBuilder(80, 'VALKEY').slotImport('short', ranges))).toContain('! SLOT_IMPORT_INVALID @9');
    expect(await told(new RdbBuilder(80, 'VALKEY').slotImport(JOB, [[5, 4]]))).toContain('! SLOT_IMPORT_INVALID @9');
    expect(await told(new RdbBuilder(80, 'VALKEY').slotImport(JOB, [[0, 16384]]))).toContain(
      '! SLOT_IMPORT_INVALID @9',
    );
  });

  it('records of Redis Enterprise are passed over', async () => {
    const events = await told(new RdbBuilder(9).slotNum(5).ramLru(70000).key('k', V));
    expect(events.map((event) => event.replace(/ @.*/, ''))).toEqual([
      'key "k" db 0 STRING',
      'string "v"',
      'end of "k" 2 bytes',
    ]);
  });

  it('templates of hashes', async () => {
    expect(await told(new RdbBuilder(15).bytes(HASH_TEMPLATE, HASH_TMPL_LP_REF))).toEqual([
      'template 0 "a" "b" @9',
      'key "h" db 0 HASH_TMPL_LP_REF @16',
      'count 2',
      'field "a" "x"',
      'field "b" "y"',
      'end of "h" 16 bytes @19',
    ]);
  });

  it('templates of hashes, damaged', async () => {
    const one = () => new RdbBuilder(15).hashTemplate(1, ['b', 'aa']);
    expect(await told(one())).toEqual(['template 1 "b" "aa" @9', '! TEMPLATE_UNUSED @9']);
    expect(await told(one().hashTemplate(1, ['c']))).toContain('! TEMPLATE_INVALID @17');
    expect(await told(new RdbBuilder(15).hashTemplate(1, ['aa', 'b']))).toContain('! TEMPLATE_INVALID @9');
    expect(await told(new RdbBuilder(15).hashTemplate(1, ['a', 'a']))).toContain('! TEMPLATE_INVALID @9');
    expect(await told(new RdbBuilder(15).hashTemplate(1, []))).toContain('! TEMPLATE_INVALID @9');
  });
});

describe('numbers that mean nothing in a file', () => {
  it.each([8, 34, 63, 66, 99])('type %d', async (type) => {
    expect(await stop(new RdbBuilder(12).selectDb(0).bytes(Buffer.of(type)))).toEqual({
      code: 'RDB_UNKNOWN_TYPE',
      offset: 11,
    });
  });

  it.each([128, 200, 241])('opcode %d', async (opcode) => {
    expect(await stop(new RdbBuilder(15).selectDb(0).bytes(Buffer.of(opcode)))).toEqual({
      code: 'RDB_UNKNOWN_OPCODE',
      offset: 11,
    });
  });

  it.each([
    ['HASH_METADATA in a Valkey file', 80, 'VALKEY', 24, 'RDB_UNKNOWN_TYPE'],
    ['PATH_HASH, whose layout nobody has published', 81, 'VALKEY', 23, 'RDB_UNKNOWN_TYPE'],
    ['UPDATE, which stands in replication streams only', 81, 'VALKEY', 242, 'RDB_UNKNOWN_OPCODE'],
    ['KEY_META under common ground', 11, 'REDIS', 243, 'RDB_UNKNOWN_OPCODE'],
    ['HASH_TEMPLATE before version 15', 14, 'REDIS', 242, 'RDB_UNKNOWN_OPCODE'],
    ['templated hashes before version 15, a number that others used', 14, 'REDIS', 30, 'RDB_UNKNOWN_TYPE'],
    ['GCRA', 15, 'REDIS', 33, 'RDB_UNKNOWN_TYPE'],
    ['cron jobs of KeyDB in a newer file of Redis', 12, 'REDIS', 64, 'RDB_UNKNOWN_TYPE'],
  ] as const)('%s', async (_name, version, magic, number, code) => {
    expect(await stop(new RdbBuilder(version, magic).bytes(Buffer.of(number), hex('00 00')))).toEqual({
      code,
      offset: 9,
    });
  });

  it('types and opcodes newer than the header are read, with a word', async () => {
    expect(await told(new RdbBuilder(6).aux('lua', 'return 1'))).toContain('! RDB_OPCODE_NEWER_THAN_HEADER @9');
    expect(await told(new RdbBuilder(11).slotInfo(1, 2, 3))).toEqual([
      'slot 1 2 3 @9',
      '! RDB_OPCODE_NEWER_THAN_HEADER @9',
    ]);
    const set = { type: 20, body: hex('07 07 00 00 00 00 00 ff') };
    expect(await told(new RdbBuilder(10).key('k', set))).toContain('! RDB_TYPE_NEWER_THAN_HEADER @9');
  });

  it('EXPIRETIME_MS before version 3 is read, with a word', async () => {
    for (const value of [V, listValue(['a'])]) {
      expect(await told(new RdbBuilder(2).expireMs(5).key('k', value))).toContain('! RDB_OPCODE_NEWER_THAN_HEADER @9');
    }
  });

  it('a value of the oldest modules has no known end', async () => {
    const value = { type: 6, body: hex('81 85 e9 65 a2 dc a9 78 00 01 02 03') };
    const { result } = await eventsOf(new RdbBuilder(8).key('k', value).finish());
    expect(result).toMatchObject({ complete: false, failure: { code: 'RDB_MODULE_PRE_GA', inKey: true } });
  });
});
