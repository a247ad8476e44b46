// The first text that a process looks at. Stands alone, as luaparse keeps the state of the text before.
import { expect, it } from 'vitest';
import { inspectLibrary } from '../../src/servers/functions/library.js';

it('may have a character that Lua does not know', () => {
  const { fault } = inspectLibrary(Buffer.from('#!lua name=l\nlocal a = 1\nlocal b = a ! 2\n'));
  expect(fault).toMatchObject({ kind: 'syntax', message: "unexpected symbol '!'", line: 3 });
});

it('does not show in what is said about the next one', () => {
  const { fault } = inspectLibrary(Buffer.from('#!lua name=l\nlocal \xa4 = 1\n', 'latin1'));
  expect(fault).toMatchObject({ kind: 'syntax', line: 2 });
  expect(fault?.message).not.toContain('near');
});
