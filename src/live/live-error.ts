/** A server that cannot be reached, or does not let itself be read. The message is one sentence for people, without the URL. */
export class LiveError extends Error {
  override name = 'LiveError';

  constructor(
    message: string,
    /** The connection broke, or was refused: another try may do better. */
    readonly isBroken = false,
  ) {
    super(message);
  }
}

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** What an error of the connection or of a command means for people; never with a password. */
export function liveError(given: unknown): LiveError {
  if (given instanceof LiveError) return given;
  const error = firstOf(given);
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return new LiveError('nothing answers there: the connection was refused', true);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new LiveError('that host is not known');
  if (code === 'ENOENT') return new LiveError('there is no such socket');
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new LiveError('its certificate is for another name than this host');
  if (code === 'CERT_HAS_EXPIRED') return new LiveError('its certificate has expired');
  if (UNTRUSTED.has(code)) {
    return new LiveError(`its certificate is from nobody who is trusted here: name the authority (${text})`);
  }
  if (/CERTIFICATE_REQUIRED|alert number 116/i.test(`${code} ${text}`)) {
    return new LiveError('it wants a certificate of ours');
  }
  if (/^NOAUTH/.test(text)) {
    return new LiveError('it wants a password: give it in RDBKIT_PASSWORD or REDISCLI_AUTH, or in the URL');
  }
  if (/^WRONGPASS/.test(text)) return new LiveError('it does not take this user and password');
  if (/^NOPERM/.test(text)) return new LiveError(`the user may not do what is needed: ${text}`);
  if (code === 'EPIPE' || code === 'ECONNRESET' || /max retries|Connection is closed/i.test(text))
    return new LiveError('the connection was lost', true);
  return new LiveError(text);
}

/** A transaction that is refused says so; why, the commands of it said before. */
function firstOf(error: unknown): unknown {
  if (!(error instanceof Error && 'previousErrors' in error && Array.isArray(error.previousErrors))) return error;
  return error.previousErrors[0] ?? error;
}
