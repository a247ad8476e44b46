import type { Family } from '../explanation.js';

const PAST =
  'All measured servers (Redis 6.0, 7.0 and 8.0, Valkey 8.1 and 9.1) drop a key with an expire in the past when they load a plain dump as a primary. From the base of an append-only set, and as a replica, they load it first.';

/** Expires of whole keys. */
export const EXPIRY = {
  EXPIRE_INVALID: {
    title: 'An expire of zero or less',
    meaning:
      'The expire is not a time after 1970. No client command leaves such a value behind; it is damage, or another program wrote it.',
    servers: `${PAST} The check tools count it as expired and call the file ok.`,
    advice: 'The key is lost in a plain restore. Find its real expire on the source server or in the previous backup.',
  },
  EXPIRE_LOOKS_LIKE_SECONDS: {
    title: 'An expire that looks like seconds instead of milliseconds',
    meaning:
      'Read as milliseconds the expire lies before March 1973; read as seconds it may be a sensible date. A program probably wrote seconds into a millisecond field.',
    servers: PAST,
    advice:
      'A plain restore loses these keys, so do not load the file as it is. Have it made again by a program that writes milliseconds, or take a dump that the server itself wrote.',
  },
  EXPIRE_FAR_FUTURE: {
    title: 'An expire after the year 2200',
    meaning:
      'The key expires so late that somebody probably gave microseconds for milliseconds, or milliseconds for seconds. It may also be meant as "never". Damage is possible too.',
    servers: 'Not measured.',
    advice:
      'Check with PEXPIRETIME (Redis 7.0 and newer) or PTTL on the source server. If the server has the same value, look for the mistake in the application: the key will not go away by itself.',
  },
  EXPIRE_BYTE_SWAPPED: {
    title: 'An expire with its bytes in reverse order',
    meaning:
      'Read backwards, the expire is a sensible date. Before RDB 9 the time was stored in the order of the host, so the file was probably saved on a big-endian machine.',
    servers:
      'Not measured. By the source, servers read files older than RDB 9 in the byte order of their own host, so a little-endian one takes a wrong time.',
    advice:
      'Load the file on a big-endian host with Redis 5.0 or newer and save it again: RDB 9 and later are the same everywhere. Otherwise set the expires again by command.',
  },
} as const satisfies Family;
