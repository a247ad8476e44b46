import { type Command, Option } from 'commander';
import type { TlsFiles } from '../live/connect.js';

export interface ServerFlags {
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsServerName?: string;
  readonly tlsInsecure?: boolean;
}

/** Adds what it takes to connect to a server beyond its URL. */
export function addServerOptions(command: Command): void {
  const options = [
    new Option('--tls-ca <file>', 'certificates to trust, PEM (for rediss://)'),
    new Option('--tls-cert <file>', 'our certificate, PEM'),
    new Option('--tls-key <file>', 'its key, PEM'),
    new Option('--tls-server-name <name>', 'the name that its certificate has to bear'),
    new Option('--tls-insecure', 'take any certificate'),
  ];
  for (const option of options) command.addOption(option.helpGroup('Server:'));
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
