/** Finds the Debian mirror that this machine already uses, in apt's own configuration. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Source
 * @property {string} uri
 * @property {string} suite
 */

/**
 * The mirror to make Debian suites from: RDBKIT_MIRROR, else the first one apt uses on a Debian machine. Undefined
 * elsewhere (an Ubuntu mirror has no Debian suites): debootstrap knows a default of its own.
 * @param {string} [etc] where apt's configuration is
 * @returns {string | undefined}
 */
export function debianMirror(etc = '/etc') {
  if (process.env.RDBKIT_MIRROR) {
    return process.env.RDBKIT_MIRROR;
  }
  const release = read(join(etc, 'os-release'));
  if (!/^ID="?debian"?$/m.test(release)) {
    return undefined;
  }
  // The archive of security updates has no whole suites. Other forms (cdrom:, mirror+file:) debootstrap cannot use.
  return aptSources(etc).find(({ uri, suite }) => /^https?:/.test(uri) && !/security|\//.test(suite))?.uri;
}

/**
 * @param {string} etc
 * @returns {Source[]}
 */
function aptSources(etc) {
  const folder = join(etc, 'apt/sources.list.d');
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  return [
    ...oneLineSources(read(join(etc, 'apt/sources.list'))),
    ...files.filter((name) => name.endsWith('.list')).flatMap((name) => oneLineSources(read(join(folder, name)))),
    ...files.filter((name) => name.endsWith('.sources')).flatMap((name) => deb822Sources(read(join(folder, name)))),
  ].filter(({ components }) => components.includes('main'));
}

/**
 * Lines such as `deb [arch=amd64] URI suite main contrib`.
 * @param {string} text
 */
function oneLineSources(text) {
  const lines = text.matchAll(/^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$/gm);
  return [...lines].map(([, uri = '', suite = '', components = '']) => ({
    uri,
    suite,
    components: components.split(/\s+/),
  }));
}

/**
 * Paragraphs of `Field: values` lines; a field goes on in lines that begin with a space.
 * @param {string} text
 */
function deb822Sources(text) {
  const paragraphs = text.replace(/^#.*\n/gm, '').split(/\n\s*\n/);
  return paragraphs.flatMap((paragraph) => {
    /** @param {string} name */
    const field = (name) => {
      const value = new RegExp(`^${name}:((?:.*\n?(?:[ \t].*\n?)*))`, 'im').exec(paragraph)?.[1] ?? '';
      return value.split(/\s+/).filter(Boolean);
    };
    if (!field('Types').includes('deb') || field('Enabled')[0] === 'no') {
      return [];
    }
    const components = field('Components');
    return field('URIs').flatMap((uri) => field('Suites').map((suite) => ({ uri, suite, components })));
  });
}

/** @param {string} path */
function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
