// Names of libraries and functions: one or more of a-z, A-Z, 0-9 and the underscore.

export function isValidName(name: string): boolean {
  return /^[a-zA-Z0-9_]+$/.test(name);
}

/** A piece of a library's text for a message: printable ASCII, and short. `text` holds a byte per character. */
export function quoted(text: string, limit = 60): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}...` : text;
  return `'${cut.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
}
