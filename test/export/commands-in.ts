// Reads what is written for servers, by the description of the protocol alone.
import { expect } from 'vitest';

/** The commands, as lists of arguments in latin1. Throws where a server would mind the form. */
export function commandsIn(bytes: Buffer): string[][] {
  const commands: string[][] = [];
  let at = 0;
  const number = (sign: string): number => {
    const end = bytes.indexOf('\r\n', at);
    const line = bytes.toString('latin1', at, end);
    expect(line).toMatch(new RegExp(`^\\${sign}\\d+$`));
    at = end + 2;
    return Number(line.slice(1));
  };
  while (at < bytes.length) {
    const command: string[] = [];
    for (let left = number('*'); left > 0; left--) {
      const length = number('$');
      command.push(bytes.toString('latin1', at, at + length));
      at += length + 2;
      expect(bytes.toString('latin1', at - 2, at)).toBe('\r\n');
    }
    commands.push(command);
  }
  return commands;
}
