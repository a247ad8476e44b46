import picocolors from 'picocolors';

/** Text styles of a report. */
export type Palette = ReturnType<typeof picocolors.createColors>;

/** Colours for a terminal, unless NO_COLOR, FORCE_COLOR or `--no-color` say otherwise. */
export function palette(stream: { readonly isTTY?: boolean }, allowed: boolean, env = process.env): Palette {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  const forbidden = !allowed || Boolean(env.NO_COLOR) || env.FORCE_COLOR === '0';
  const terminal = stream.isTTY === true && env.TERM !== 'dumb';
  return picocolors.createColors(!forbidden && (forced || terminal));
}
