/** The second argument of the first command of a unit: the name of its key. A copy. */
export function nameInUnit(unit: Buffer): Buffer {
  // `*n`, `$n`, the command, `$n`, the name.
  let at = 0;
  for (let lines = 0; lines < 3; lines++) at = unit.indexOf('\r\n', at) + 2;
  const end = unit.indexOf('\r\n', at);
  const length = Number(unit.toString('latin1', at + 1, end));
  return Buffer.from(unit.subarray(end + 2, end + 2 + length));
}
