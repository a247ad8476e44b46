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

function shown(json: string): string {
  return json.replace(HIDDEN, (c) =>
    [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
