import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

/**
 * Imports a TypeScript module of the tests into a plain script, through the Vite that comes with vitest: Node 20 cannot
 * read TypeScript on its own.
 * @template T
 * @param {string} path from the root of the repository
 * @returns {Promise<T>}
 */
export async function importTypeScript(path) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { module } = await runnerImport(`${root}${path}`, { root, configFile: false, logLevel: 'error' });
  return /** @type {T} */ (module);
}
