import { type Command, Option } from 'commander';
import type { TlsFiles } from '../live/connect.js';
import { parseServerUrl, type ServerAddress } from '../live/server-url.js';
import { UsageError } from './usage-error.js';

export interface ServerFlags {
  readonly user?: string;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsServerName?: string;
  readonly tlsInsecure?: boolean;
}

/** Adds what it takes to connect to a server beyond its URL. */
export function addServerOptions(command: Command): void {
  const options = [
    new Option('--user <name>', 'the ACL user, when the URL names none; the password in RDBKIT_PASSWORD'),
    new Option('--tls-ca <file>', 'certificates to trust, PEM (for rediss://)'),
    new Option('--tls-cert <file>', 'our certificate, PEM'),
    new Option('--tls-key <file>', 'its key, PEM'),
    new Option('--tls-server-name <name>', 'the name that its certificate has to bear'),
    new Option('--tls-insecure', 'take any certificate'),
  ];
  for (const option of options) command.addOption(option.helpGroup('Server:'));
}

/** Where a server is, and as whom to talk to it. Throws LiveError for what is no URL, and UsageError for two users. */
export function serverAddressOf(url: string, { user }: ServerFlags, defaultPort?: number): ServerAddress {
  const address = parseServerUrl(url, process.env, defaultPort);
  if (user === undefined) return address;
  if (address.username !== undefined && address.username !== user) {
    throw new UsageError('the URL names a user, and --user another one');
  }
  return { ...address, username: user };
}

export function tlsFilesOf(flags: ServerFlags): TlsFiles {
  return {
    ...(flags.tlsCa === undefined ? {} : { ca: flags.tlsCa }),
    ...(flags.tlsCert === undefined ? {} : { cert: flags.tlsCert }),
    ...(flags.tlsKey === undefined ? {} : { key: flags.tlsKey }),
    ...(flags.tlsServerName === undefined ? {} : { serverName: flags.tlsServerName }),
    ...(flags.tlsInsecure ? { insecure: true } : {}),
  };
}
