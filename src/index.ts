// The public API of rdbkit.

export { BackupError, type BackupFault } from './backup/dataset.js';
export { ENOUGH, type ScanResult } from './backup/scan.js';
export { AtomicFileSink } from './bytes/sinks/atomic-file.js';
export { MemorySink } from './bytes/sinks/memory.js';
export type { Sink } from './bytes/sinks/sink.js';
export { StreamSink } from './bytes/sinks/stream.js';
export { encodeEntry, writeEntry } from './entries/encode-entry.js';
export type * from './entries/entry.js';
export { DamagedBackupError, type LargeKey, ValueTooLargeError } from './entries/errors.js';
export type * from './entries/new-entry.js';
export type { EntriesOptions } from './entries/options.js';
export type { EntryIterator } from './entries/read-entries.js';
export { type Explanation, explain } from './errors/explain.js';
export { FINDINGS, type FindingCode, type Severity } from './errors.js';
export { bytesToText, textToBytes } from './keyspace/bytes-text.js';
export type { FilterOptions } from './keyspace/filters.js';
export type { NowOption } from './keyspace/moment-of-file.js';
export type { Backup, BackupScanOptions } from './library/backup.js';
export { type BackupInput, openBackup, readEntries } from './library/open-backup.js';
export { BytesRef } from './rdb/bytes-ref.js';
export type { ContainerKind, KeyType, Lineage, ValueType } from './rdb/format.js';
export type { ParseFailure, ParseOptions, ParseResult } from './rdb/parser.js';
export { readRdb } from './rdb/read.js';
export { StreamId } from './rdb/stream-id.js';
export {
  type KeyRecord,
  Level,
  type ModuleContext,
  type ModuleValue,
  type RdbHeader,
  RdbVisitor,
  type StreamMeta,
} from './rdb/visitor.js';
export { RdbWriter, type WrittenHeader, type WrittenKey } from './rdb/writer/rdb-writer.js';
export {
  type Cut,
  type CutReason,
  type PlannedPart,
  type Refusal,
  RepairError,
  type RepairFinding,
  type RepairOptions,
  type RepairPlan,
} from './repair/plan.js';
export { planRepair } from './repair/plan-repair.js';
export { type WriteOptions, writeRepair } from './repair/write-repair.js';
export { type HiddenNames, hideKeyNames } from './report/key-names.js';
export { ALLOCATORS, type AllocatorName } from './servers/memory/allocator.js';
export { type Release, releaseNamed, releaseNames } from './servers/releases.js';
export type { AofStats } from './stats/aof/aof-report.js';
export { type AofStatsOptions, aofStats } from './stats/aof/aof-stats.js';
export { type DumpStatsOptions, dumpStats } from './stats/dump/dump-stats.js';
export { StatsError } from './stats/error.js';
export type * from './stats/report.js';
export type { Expectations, VerifyOptions } from './verify/options.js';
export { OptionsError } from './verify/options-error.js';
export type {
  ChecksumReport,
  ChecksumStatus,
  DatabaseReport,
  FileReport,
  Finding,
  LoadReport,
  LoadVerdict,
  Outcome,
  ShardsReport,
  SlotRange,
  VerifyLevel,
  VerifyReport,
} from './verify/report.js';
export { verify } from './verify/verify.js';
