import { describe, expect, it } from 'vitest';
import { commandBytes } from '../../src/resp/command.js';
import { logOf } from '../helpers/log.js';

const set = (key: string, value: string) => commandBytes(['SET', key, value]).toString('latin1');
const SELECT_0 = commandBytes(['SELECT', 0]).toString('latin1');
const MULTI = commandBytes(['MULTI']).toString('latin1');
const EXEC = commandBytes(['EXEC']).toString('latin1');
const HEAD = SELECT_0 + set('a', '1');

/** Where a log ended, in short. */
async function endOf(log: string) {
  const { result, problems } = await logOf(log);
  const { fault, completeUpTo, okUpTo, safeUpTo, openMultiAt, commands } = result;
  expect(result.end).toBe(log.length);
  return {
    code: fault?.code,
    offset: fault?.offset,
    shortRead: fault?.shortRead,
    recordAt: fault?.recordAt,
    tail: fault?.tail,
    problems: problems.map(({ code, offset }) => `${code} @${offset}`),
    completeUpTo,
    okUpTo,
    safeUpTo,
    openMultiAt,
    commands,
  };
}

describe('a sound log', () => {
  it('may be empty', async () => {
    const { result, problems } = await logOf('');
    expect(result).toMatchObject({ start: 0, end: 0, fault: undefined, commands: 0, completeUpTo: 0, safeUpTo: 0 });
    expect(problems).toEqual([]);
  });

  it('tells commands, arguments, databases and timestamps', async () => {
    const log = `#TS:1795162400\r\n${commandBytes(['SELECT', 3])}${set('k', 'v')}${MULTI}${commandBytes(['sRem', 's', 'a'])}#TS:1795162401\r\n${EXEC}`;
    const { result, events, problems } = await logOf(log);
    expect(events).toEqual([
      'time 1795162400 @0',
      'select 2 db 0 @16',
      '  1 "3"',
      'database 3 @16',
      '  23 bytes',
      'set 3 db 3 @39',
      '  1 "k"',
      '  2 "v"',
      '  27 bytes',
      'multi 1 db 3 @66',
      '  15 bytes',
      'srem 3 db 3 in 66 @81',
      '  1 "s"',
      '  2 "a"',
      '  28 bytes',
      'time 1795162401 @109',
      'exec 1 db 3 in 66 @125',
      '  14 bytes',
    ]);
    expect(problems).toEqual([]);
    expect(result).toMatchObject({
      commands: 5,
      annotations: 2,
      firstTimestamp: 1795162400,
      lastTimestamp: 1795162401,
      db: 3,
      highestDb: 3,
      openMultiAt: undefined,
      okUpTo: log.length,
      completeUpTo: log.length,
    });
    expect(result.tallies).toContainEqual({ name: 'srem', commands: 1, bytes: 28, firstOffset: 81 });
  });

  it('begins wherever the window stands', async () => {
    const { result, events } = await logOf(`REDIS0011 and more${HEAD}`, { skip: 18, wanted: 0 });
    expect(result).toMatchObject({ start: 18, commands: 2, completeUpTo: 18 + HEAD.length });
    expect(events[0]).toBe('select 2 db 0 @18');
  });

  it('takes an annotation of 1023 bytes, ended by LF or CR LF, and unknown ones', async () => {
    const { result, problems } = await logOf(`#${'x'.repeat(1020)}\r\n#y\n${HEAD}#${'x'.repeat(1021)}\n`);
    expect(result).toMatchObject({ fault: undefined, annotations: 3, commands: 2 });
    expect(problems.map(({ code, offset }) => [code, offset])).toEqual([['AOF_ANNOTATION_UNKNOWN', 0]]);
  });

  it('holds no argument above the largest that is wanted', async () => {
    const log = commandBytes(['SET', 'k', 'v'.repeat(5000)]);
    const { events } = await logOf(log, { chunks: [100], window: 1024, largestArgument: 4999 });
    expect(events).toEqual(['set 3 db 0 @0', '  1 "k"', '  2 <5000 bytes>', `  ${log.length} bytes`]);
  });

  it('lets names that are empty, long or binary pass', async () => {
    const log = Buffer.concat([
      commandBytes(['']),
      commandBytes(['X'.repeat(300)]),
      commandBytes([Buffer.from([0, 0xff])]),
    ]);
    const { result, events } = await logOf(log);
    expect(result.fault).toBeUndefined();
    expect(events.filter((line) => line.includes('@'))).toEqual([
      ' 1 db 0 @0',
      `${'x'.repeat(128)} 1 db 0 @10`,
      '\0\\xff 1 db 0 @322',
    ]);
  });
});

describe('the end of a log', () => {
  const torn = [
    '*',
    '*3',
    '*3\r',
    '*3\r\n',
    '*3\r\n$3',
    '*3\r\n$3\r\nSE',
    '*3\r\n$3\r\nSET',
    '*3\r\n$3\r\nSET\r',
    '*3\r\n$',
  ];
  it.each(torn)('inside %j is a short read', async (tail) => {
    expect(await endOf(HEAD + tail)).toMatchObject({
      code: 'AOF_TRUNCATED_TAIL',
      shortRead: true,
      offset: HEAD.length,
      recordAt: HEAD.length,
      completeUpTo: HEAD.length,
      okUpTo: HEAD.length,
      safeUpTo: HEAD.length,
      tail: { bytes: tail.length, resumesAt: undefined },
    });
  });

  it('inside a value is a short read', async () => {
    const log = HEAD + set('key', 'x'.repeat(500)).slice(0, -30);
    expect(await endOf(log)).toMatchObject({ code: 'AOF_TRUNCATED_TAIL', offset: HEAD.length, safeUpTo: HEAD.length });
  });

  it('with an open MULTI is to be cut before it', async () => {
    expect(await endOf(HEAD + MULTI + set('b', '2'))).toMatchObject({
      code: undefined,
      openMultiAt: HEAD.length,
      safeUpTo: HEAD.length,
      okUpTo: HEAD.length,
      completeUpTo: HEAD.length + 15 + 27,
      problems: [`AOF_OPEN_MULTI @${HEAD.length}`],
    });
  });

  it('inside a record with an open MULTI is to be cut before the MULTI, not where servers do', async () => {
    expect(await endOf(`${HEAD + MULTI + set('b', '2')}*3\r\n$3`)).toMatchObject({
      code: 'AOF_TRUNCATED_TAIL',
      openMultiAt: HEAD.length,
      safeUpTo: HEAD.length,
      okUpTo: HEAD.length,
      completeUpTo: HEAD.length + 15 + 27,
    });
  });

  it('inside an annotation loses nothing', async () => {
    expect(await endOf(`${HEAD}#TS:17951`)).toMatchObject({
      code: undefined,
      safeUpTo: HEAD.length,
      problems: [`AOF_ANNOTATION_CUT @${HEAD.length}`],
    });
  });

  it.each([
    ['\0', 'AOF_ZERO_TAIL'],
    ['\0'.repeat(5000), 'AOF_ZERO_TAIL'],
    ['*3\r\n$3\r\nSET\r\n\0\0\0\0', 'AOF_ZERO_TAIL'],
    ['*3\r\n$3\0\0\0\0', 'AOF_ZERO_TAIL'],
    ['*\0\0', 'AOF_ZERO_TAIL'],
    ['\0\0x', 'AOF_GARBAGE'],
    ['\xff\xfe', 'AOF_GARBAGE'],
    ['SET a 1\r\n', 'AOF_TEXT'],
    ['hello', 'AOF_TEXT'],
    ['\r\n', 'AOF_BLANK_LINE'],
    ['\n', 'AOF_BLANK_LINE'],
    ['REDIS0011\xfa', 'AOF_RDB_INSIDE'],
    ['VALKEY080\xfa', 'AOF_RDB_INSIDE'],
    ['*0', 'AOF_BAD_COUNT'],
    ['*x', 'AOF_BAD_COUNT'],
    ['*1\r\n$-1', 'AOF_NEGATIVE_LENGTH'],
    ['*1\r\n$x', 'AOF_BAD_LENGTH'],
  ])('with %j is no short read: %s', async (tail, code) => {
    expect(await endOf(HEAD + tail)).toMatchObject({
      code,
      shortRead: false,
      completeUpTo: HEAD.length,
      okUpTo: HEAD.length,
      safeUpTo: HEAD.length,
      recordAt: HEAD.length,
    });
  });
});

describe('damage in the middle', () => {
  const REST = set('b', '2') + set('c', '3');

  it.each([
    ['*0\r\n', 'AOF_BAD_COUNT', 0],
    ['*-1\r\n', 'AOF_BAD_COUNT', 0],
    ['*x\r\n', 'AOF_BAD_COUNT', 0],
    ['*\r\n', 'AOF_BAD_COUNT', 0],
    ['*99999999999999999999\r\n', 'AOF_BAD_COUNT', 0],
    [`*${'1'.repeat(2000)}\r\n`, 'AOF_BAD_COUNT', 0],
    ['*1\r\n$x\r\nPING\r\n', 'AOF_BAD_LENGTH', 4],
    ['*1\r\n$-1\r\n', 'AOF_NEGATIVE_LENGTH', 4],
    ['*2\r\n$4\r\nPING\r\n', 'AOF_EXPECTED_ARGUMENT', 14],
    ['*1000000\r\n$4\r\nPING\r\n', 'AOF_EXPECTED_ARGUMENT', 20],
    ['*1\r\n+OK\r\n', 'AOF_EXPECTED_ARGUMENT', 4],
    ['\r\n', 'AOF_BLANK_LINE', 0],
    ['PING\r\n', 'AOF_TEXT', 0],
    ['\0\0\0\0', 'AOF_GARBAGE', 0],
    [`#${'x'.repeat(1023)}\r\n`, 'AOF_ANNOTATION_TOO_LONG', 0],
  ])('%j stops the walk and says where commands go on', async (damage, code, at) => {
    const end = await endOf(HEAD + damage + REST);
    expect(end).toMatchObject({ code, offset: HEAD.length + at, shortRead: false, okUpTo: HEAD.length });
    expect(end.tail?.resumesAt).toBe(HEAD.length + damage.length);
  });

  it('a length that swallows the rest is told from a cut end', async () => {
    for (const length of ['100000', '99999999999', '9223372036854775807']) {
      const log = `${HEAD}*3\r\n$3\r\nSET\r\n$${length}\r\nk\r\n$1\r\nv\r\n${REST}`;
      const end = await endOf(log);
      expect(end).toMatchObject({ code: 'AOF_LENGTH_PAST_END', shortRead: true, offset: HEAD.length + 13 });
      expect(end.tail?.resumesAt).toBe(log.length - REST.length);
    }
  });

  it('a length that is too large or too small is told where the argument does not end', async () => {
    for (const [length, next] of [
      [9, 'AOF_EXPECTED_ARGUMENT'],
      [6, 'AOF_EXPECTED_ARGUMENT'],
    ] as const) {
      const end = await endOf(`${HEAD}*3\r\n$3\r\nSET\r\n$${length}\r\nkey:key\r\n$1\r\nv\r\n${REST}`);
      expect(end.problems).toEqual([`AOF_ARGUMENT_NOT_TERMINATED @${HEAD.length + 17 + length}`]);
      expect(end).toMatchObject({ code: next, okUpTo: HEAD.length, recordAt: HEAD.length });
    }
  });
});

describe('commands inside a value', () => {
  const log = HEAD + set('key', `${'x'.repeat(50)}${set('inner', '1')}${'x'.repeat(50)}`);

  it.each([
    ['behind it is garbage', `${log}garbage`, 'AOF_TEXT'],
    ['its last two bytes are missing', log.slice(0, -2), 'AOF_TRUNCATED_TAIL'],
  ])('are not taken for those behind a fault: %s', async (_, bytes, code) => {
    for (const sized of [true, false]) {
      const { result } = await logOf(bytes, { sized, chunks: [10], window: 16, wanted: 0 });
      expect(result.fault).toMatchObject({ code, tail: { resumesAt: undefined } });
    }
  });
});

describe('what servers pass over', () => {
  it.each([
    ['*3\n$3\nSET\r\n$1\nk\r\n$1\nv\r\n', ['AOF_LINE_END', 'AOF_LINE_END', 'AOF_LINE_END', 'AOF_LINE_END'], 0],
    [
      '*3abc\r\n$3\r\nSET\r\n$1 junk\r\nk\r\n$1\0\r\nv\r\n',
      ['AOF_NUMBER_JUNK', 'AOF_NUMBER_JUNK', 'AOF_NUMBER_JUNK'],
      0,
    ],
    ['*03\r\n$ 3\r\nSET\r\n$+1\r\nk\r\n$001\r\nv\r\n', Array(4).fill('AOF_NUMBER_UNUSUAL'), undefined],
    ['*3\r\n$3\r\nSETxx$1\r\nk\0\0$1\r\nv\r\n', ['AOF_ARGUMENT_NOT_TERMINATED', 'AOF_ARGUMENT_NOT_TERMINATED'], 0],
    [EXEC, ['AOF_EXEC_WITHOUT_MULTI'], 0],
    [MULTI + MULTI + EXEC, ['AOF_NESTED_MULTI'], 0],
    [commandBytes(['SELECT', 'x']).toString(), ['AOF_SELECT_INVALID'], undefined],
    [commandBytes(['SELECT', '-1']).toString(), ['AOF_SELECT_INVALID'], undefined],
    [MULTI + commandBytes(['DISCARD']) + EXEC, ['AOF_DISCARD_IN_MULTI'], undefined],
    ['#TS:abc\r\n', ['AOF_TIMESTAMP_INVALID'], undefined],
    ['#TS:5\r\n#TS:4\r\n', ['AOF_TIMESTAMP_BACKWARDS'], undefined],
  ])('%j is told, and the log goes on', async (odd, codes, ok) => {
    const log = HEAD + odd + set('b', '2');
    const { result, problems } = await logOf(log);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(result.fault).toBeUndefined();
    expect(result.completeUpTo).toBe(log.length);
    expect(result.okUpTo).toBe(ok === undefined ? log.length : HEAD.length + ok);
  });

  it('is told a thousand times, and then counted', async () => {
    const { result, problems } = await logOf('*1\n$4\nPING\r\n'.repeat(3000));
    expect(problems).toHaveLength(1000);
    expect(result).toMatchObject({ commands: 3000, untold: { AOF_LINE_END: 5000 } });
  });
});
