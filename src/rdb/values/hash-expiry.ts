// Hashes whose fields expire, in plain form.
//   HASH_METADATA         i64le min_expire, len n, (len t, str, str) x n: 0 = never, else expiry = min_expire + t - 1
//   HASH_METADATA_PRE_GA  len n, (len expiry, str, str) x n: 0 = never (Redis 7.4 release candidates)
//   HASH_2 (Valkey)       len n, (str, str, i64le expiry) x n: -1 = never
import type { RdbParser } from '../parser.js';
import { readCount } from './plain.js';

/** EB_EXPIRE_TIME_MAX: what Redis accepts as distance or expiry, in ms. */
const LARGEST_EXPIRE = 2 ** 48 - 1;

export function walkHashMetadata(p: RdbParser): boolean {
  const { state } = p;
  if (!state.flag) {
    const minimum = p.int64();
    p.commit();
    state.flag = true;
    state.base = minimum;
    if (p.detail) p.visitor.hashMinExpire(minimum);
  }
  return walkLeadingExpiry(p, state.base - 1);
}

export function walkHashMetadataPreGa(p: RdbParser): boolean {
  return walkLeadingExpiry(p, 0);
}

function walkLeadingExpiry(p: RdbParser, base: number): boolean {
  if (!readCount(p)) return true;
  const { state } = p;
  while (state.left > 0) {
    p.breathe();
    const at = p.offset;
    const distance = p.length();
    p.string(p.elementRef, false);
    p.string(p.valueRef, true);
    if (p.detail) {
      if (distance > LARGEST_EXPIRE || (distance > 0 && base + distance > LARGEST_EXPIRE)) {
        p.problem('HASH_FIELD_EXPIRE_INVALID', at, `the field expires beyond 2^48 ms (${distance} behind the minimum)`);
      }
      p.visitor.hashField(p.elementRef, p.valueRef, distance === 0 ? undefined : base + distance);
    }
    state.left--;
    p.commit();
    if (p.largeActive) return false;
  }
  return true;
}

export function walkHash2(p: RdbParser): boolean {
  if (!readCount(p)) return true;
  const { state } = p;
  while (state.left > 0) {
    p.breathe();
    // The expiry stands behind the value, so the value cannot pass in pieces before it is known.
    p.string(p.elementRef, false);
    p.string(p.valueRef, false);
    const at = p.offset;
    const expiry = p.int64();
    if (p.detail) {
      if (expiry < -1) p.problem('HASH_FIELD_EXPIRE_INVALID', at, `the field's expiry is ${expiry}`);
      p.visitor.hashField(p.elementRef, p.valueRef, expiry === -1 ? undefined : expiry);
    }
    state.left--;
    p.commit();
  }
  return true;
}
