// The WebAssembly kernels. They work on raw addresses in a memory that the host owns and shares between threads.
export { crc64, crcCombine, crcInit } from './crc64';
export { lzfDecode, lzfInit, lzfMeasure } from './lzf';
export { clearMemory, fingerprint128, fingerprintInsert, setHashKey, sipHash64 } from './siphash';
export { checkIntset, checkListpack, checkStreamNode, checkZiplist, scoresNeedLook } from './compact';
export { checkValue } from './deferred';
export { partitionAdd, partitionMove, partitionRepeats, partitionSuspects } from './partitions';
export { smallStrings } from './strings';
export { argumentsRun, commandAdd, commandRun } from './commands';
export { useRegisters } from './memory';
export { isDecimal, slotsRun, statsKey, statsRun } from './key-stats';
export { flush as statsFlush } from './prefixes';
export { crc16Init } from './slots';
export { statsState } from './stats-state';
export { jsonBase64, jsonId, jsonInit, jsonInteger, jsonText } from './json-text';
export { jsonEntries, jsonIntegers, jsonStreamNode } from './json-elements';
export { jsonScore } from './json-score';
export { jsonRun } from './json-run';
export {
  meaningAdd, meaningBegin, meaningClear, meaningCount, meaningEnd, meaningEntry, meaningField, meaningFieldBegin,
  meaningFieldExpiry, meaningFold, meaningId, meaningItem, meaningMember, meaningName, meaningNumber, meaningScored,
  meaningState, meaningString, meaningSum,
} from './meaning';
export {
  meaningAppend, meaningGather, meaningJoin, meaningMark, meaningRun, meaningSkip, meaningTally,
} from './meaning-table';
export { rowItem, rowsSort } from './rows';
