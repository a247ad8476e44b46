// The fixed addresses below the heap. Both threads see the same memory: the first thread fills the tables once, before a
// second one starts.

/**
 * Where kernels leave results that do not fit into one return value (16 words of 8 bytes). Each thread has an instance of
 * the module and with it a place of its own.
 */
export let registers: usize = 0x1000;

export function useRegisters(at: usize): void {
  registers = at;
}

/** CRC-64 slicing tables: 16 tables of 256 words of 8 bytes. */
// @ts-ignore: decorator
@inline
export const CRC_TABLES: usize = 0x2000;

/** x^(2^k) modulo the CRC polynomial, 64 words of 8 bytes, for combining checksums. */
// @ts-ignore: decorator
@inline
export const CRC_POWERS: usize = 0xa000;

/** 256 words of 4 bytes that describe the tokens of LZF. */
// @ts-ignore: decorator
@inline
export const LZF_TOKENS: usize = 0xa800;

/** Two words of 8 bytes: the random key of the fingerprints. */
// @ts-ignore: decorator
@inline
export const HASH_KEY: usize = 0xa200;

/** 256 rows of 16 bytes: where backslashes go in front of the quotes among eight bytes. */
// @ts-ignore: decorator
@inline
export const QUOTE_SHUFFLES: usize = 0xb000;

/** The first address that callers may use. */
// @ts-ignore: decorator
@inline
export const HEAP_START: usize = 0x10000;
