import { LiveError } from './live-error.js';

/** Where a server is, and as whom to talk to it. */
export interface ServerAddress {
  /** A host and a port, or the path of a socket. */
  readonly host: string;
  readonly port: number;
  readonly path: string | undefined;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** More hosts of the same kind, which stand behind the first one with commas: Sentinels. */
  readonly others?: readonly { readonly host: string; readonly port: number }[];
  /** The only database that is meant; undefined: all. */
  readonly db: number | undefined;
  /** The URL without its password. */
  readonly shown: string;
}

const DEFAULT_PORT = 6379;
const MOST_DATABASES = 2 ** 31;
const PROTOCOLS = new Set(['redis:', 'rediss:', 'valkey:', 'valkeys:', 'unix:']);

/** Whether an input names a server rather than a file. */
export function isServerUrl(text: string): boolean {
  return /^(?:rediss?|valkeys?|unix):\/\//i.test(text);
}

/**
 * Reads `redis://[user[:password]@]host[:port][/db]`, `rediss://…` (TLS), `valkey://…`, `valkeys://…` and
 * `unix://[user[:password]@]/path[?db=n]`. A password that is not in it comes from RDBKIT_PASSWORD or REDISCLI_AUTH of `env`.
 * More hosts may follow the first one: `redis://host:port,host:port`. Throws LiveError, whose message does not hold the URL.
 */
export function parseServerUrl(
  text: string,
  env: NodeJS.ProcessEnv = process.env,
  defaultPort = DEFAULT_PORT,
): ServerAddress {
  // The last @ ends the user and the password, which may hold commas.
  const [, before, firstHost, more, behind] = /^(\w+:\/\/(?:[^/]*@)?)([^/,@]*)((?:,[^/,@]+)*)(.*)$/s.exec(text) ?? [];
  const protocolOf = /^\w+:/.exec(text)?.[0] ?? '';
  const hasMore = more !== undefined && more !== '' && !/^unix:/i.test(text);
  const url = urlOf(hasMore ? `${before}${firstHost}${behind}` : text);
  const others = (hasMore ? more.slice(1).split(',') : []).map((host) =>
    hostOf(urlOf(`${protocolOf}//${host}`), defaultPort),
  );
  const protocol = url.protocol.toLowerCase();
  if (!PROTOCOLS.has(protocol)) throw new LiveError('the URL of a server begins with redis://, rediss:// or unix://');
  const isSocket = protocol === 'unix:';
  const username = decoded(url.username) || undefined;
  const password = decoded(url.password) || env.RDBKIT_PASSWORD || env.REDISCLI_AUTH || undefined;
  const dbText = (isSocket ? url.searchParams.get('db') : decoded(url.pathname).replace(/^\//, '')) || undefined;
  if (dbText !== undefined && !(/^\d{1,10}$/.test(dbText) && Number(dbText) < MOST_DATABASES)) {
    throw new LiveError('behind the host stands the number of a database, such as /0, or nothing');
  }
  const path = isSocket ? decoded((url.username || url.password ? '' : url.hostname) + url.pathname) : undefined;
  if (path === '' || path === '/')
    throw new LiveError('unix:// names the path of a socket, such as unix:///run/redis.sock');
  url.password = url.password === '' ? '' : '***';
  return {
    ...hostOf(url, defaultPort),
    others,
    path,
    tls: protocol === 'rediss:' || protocol === 'valkeys:',
    username,
    password,
    db: dbText === undefined ? undefined : Number(dbText),
    shown: hasMore ? url.toString().replace(/(:\/\/(?:[^/]*@)?[^/]*)/, `$1${more}`) : url.toString(),
  };
}

function urlOf(text: string): URL {
  try {
    // A URL with a user has to have a host, which sockets have not.
    return new URL(text.replace(/^(unix:\/\/[^/]*@)\//i, '$1localhost/'));
  } catch {
    throw new LiveError('this is no URL of a server: redis://[user:password@]host[:port][/db]');
  }
}

function hostOf(url: URL, defaultPort: number): { host: string; port: number } {
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: url.port === '' ? defaultPort : Number(url.port),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new LiveError('the URL holds a % that begins no escape');
  }
}
