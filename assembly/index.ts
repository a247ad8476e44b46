// The WebAssembly kernels. They work on raw addresses in a memory that the host owns and shares between threads.
export { crc64, crcCombine, crcInit } from './crc64';
export { lzfDecode, lzfMeasure } from './lzf';
export { fingerprint128, fingerprintInsert, insertFingerprint, setHashKey, sipHash64 } from './siphash';
export { checkIntset, checkListpack, checkZiplist } from './compact';
