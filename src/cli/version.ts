import { createRequire } from 'node:module';

/** The version of this package. */
export function version(): string {
  const file: unknown = createRequire(import.meta.url)('rdbkit/package.json');
  return (file as { version: string }).version;
}
