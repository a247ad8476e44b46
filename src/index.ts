// The public API of rdbkit.

// Repairing.
export type { Role } from './aof/manifest.js';
// A backup: its keys and values, visitors, checks and statistics.
export type { Ending } from './backup/damage.js';
export { BackupError, type BackupFault } from './backup/dataset.js';
export type { ByteStream } from './backup/open-stream.js';
export { ENOUGH, type ScanResult } from './backup/scan.js';
// Writing.
export { AtomicFileSink } from './bytes/sinks/atomic-file.js';
export { MemorySink } from './bytes/sinks/memory.js';
export type { Sink } from './bytes/sinks/sink.js';
export { StreamSink } from './bytes/sinks/stream.js';
export { NotReplaceable } from './bytes/sinks/unfinished.js';
export type { CopyTarget, WrittenFile } from './copy/outputs.js';
// Comparing.
export type { Change, KeySide, What } from './diff/change.js';
export type * from './diff/report.js';
export type { SideInput } from './diff/side.js';
export { DisposableError, type DisposableFault } from './disposable/errors.js';
export type { LogKind, Told } from './disposable/server-log.js';
export { encodeEntry, writeEntry } from './entries/encode-entry.js';
export type * from './entries/entry.js';
export { DamagedBackupError, type LargeKey, ValueTooLargeError } from './entries/errors.js';
export type * from './entries/new-entry.js';
export type { EntriesOptions } from './entries/options.js';
export type { EntryIterator } from './entries/read-entries.js';
// Filters, names and findings: what all parts share.
export { type Explanation, explain } from './errors/explain.js';
export { FINDINGS, type FindingCode, type Severity } from './errors.js';
export type { InputExport } from './export/export-keys.js';
export { exportRdb } from './export/rdb/export-rdb.js';
export { InputError } from './export/rdb/inputs.js';
export {
  ExportError,
  type ExportedInput,
  type ExportSummary,
  type ExportTarget,
  type OnConflict,
  type RdbExportOptions,
  type Split,
} from './export/rdb/options.js';
export { bytesToText, textToBytes } from './keyspace/bytes-text.js';
export type { FilterOptions } from './keyspace/filters.js';
export type { NowOption } from './keyspace/moment-of-file.js';
export { NameSet } from './keyspace/name-set.js';
export { hashSlot } from './keyspace/slot.js';
export type { TtlFilter } from './keyspace/ttl-range.js';
export type { Backup, BackupScanOptions } from './library/backup.js';
export { type BackupDiff, type DiffBackupsOptions, diffBackups } from './library/diff-backups.js';
export type { JsonLinesOptions } from './library/json-lines.js';
// Restoring.
export { type LoadBackupOptions, loadBackup } from './library/load-backup.js';
export { materialize } from './library/materialize.js';
export { type BackupInput, type OpenBackupOptions, openBackup, readEntries } from './library/open-backup.js';
export { rehearseBackup } from './library/rehearse-backup.js';
export type { Restart } from './live/bulk/bulk-target.js';
export type { TlsFiles } from './live/connect.js';
export { LiveError } from './live/live-error.js';
export { LoadError } from './load/load-error.js';
export type {
  FailedCommand,
  LogPlace,
  LogReplay,
} from './load/log/log-replay.js';
export type { LoadProgress } from './load/options.js';
export type {
  FunctionReport,
  JournalReport,
  KeyGroup,
  LoadReport as LoadBackupReport,
  LoadWarning,
  ToldKey,
  TypePlan,
  VerifiedReport,
} from './load/report.js';
export type { ConflictPolicy, LoadMode } from './load/units/options.js';
export type { MaterializeOptions, MaterializePhase } from './materialize/options.js';
export type { MaterializeFailure, MaterializeReport, MaterializeVerdict } from './materialize/report.js';
// Visitors: what is in an RDB, at the level that each key asks for.
export type { BytesRef } from './rdb/bytes-ref.js';
export type { ContainerKind, KeyType, Layout, Lineage, Opcode, ValueType } from './rdb/format.js';
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
export type { RehearsalPhase, RehearseOptions, Via } from './rehearse/options.js';
export type {
  Comparison,
  KeyDifference,
  RehearsalFailure,
  RehearsalReport,
  RehearsedDatabase,
  RehearsedFunctions,
  RehearsedMemory,
  Salvage,
  Verdict as RehearsalVerdict,
} from './rehearse/report.js';
export {
  type Cut,
  type CutReason,
  type FileState,
  type PlannedPart,
  type Refusal,
  RepairError,
  type RepairFinding,
  type RepairOptions,
  type RepairPlan,
} from './repair/plan.js';
export { planRepair } from './repair/plan-repair.js';
export type {
  Salvaged,
  SalvagedDatabase,
  SalvageOptions,
  SalvageSurvey,
  SkippedRange,
  SuspectKey,
  SuspectReason,
} from './repair/salvage/salvage.js';
export { salvage } from './repair/salvage/write-salvage.js';
export { type WriteOptions, writeRepair } from './repair/write-repair.js';
export { type HiddenNames, hideKeyNames } from './report/key-names.js';
export type { Reach, ReachingCommand } from './servers/command-reach.js';
// Statistics.
export { ALLOCATORS, type AllocatorName } from './servers/memory/allocator.js';
export { type Release, releaseNamed, releaseNames, type ServerLineage } from './servers/releases.js';
export type * from './stats/aof/aof-report.js';
export { type AofStatsOptions, aofStats } from './stats/aof/aof-stats.js';
export { dumpStats, dumpStats as stats } from './stats/dump/dump-stats.js';
export type { DumpStatsOptions } from './stats/dump/options.js';
export { StatsError } from './stats/error.js';
export type * from './stats/report.js';
// Verifying.
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
  LogReport,
  Outcome,
  PartReport,
  ShardsReport,
  SlotRange,
  VerifyLevel,
  VerifyReport,
} from './verify/report.js';
export { verify } from './verify/verify.js';
