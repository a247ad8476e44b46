/** One JSON document as a line: what a terminal obeys, or what hides or reorders text, is written as escapes. */
export function asciiJson(document: unknown): string {
  const json = JSON.stringify(document);
  return `${json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) =>
    [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )}\n`;
}
