/** What a terminal obeys, or what hides or reorders text. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One JSON document as a line: what a terminal obeys, or what hides or reorders text, is written as escapes. */
export function asciiJson(document: unknown): string {
  return `${shown(JSON.stringify(document))}\n`;
}

/** Nothing that needs an escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A string as JSON, escaped in the same way. */
export function jsonString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : shown(JSON.stringify(text));
}

/** An integer as JSON: beyond 2^53 as a string, so that no reader rounds it. */
export function jsonInteger(value: number | bigint): string {
  if (Number.isSafeInteger(Number(value))) return String(value);
  return typeof value === 'bigint' || Number.isInteger(value) ? `"${BigInt(value)}"` : 'null';
}

function shown(json: string): string {
  return json.replace(HIDDEN, (c) =>
    [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
