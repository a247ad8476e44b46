// Facts about files in words.
import { plural } from '../../format.js';
import type { PageData, PageFile } from '../page-data.js';

const CHECKSUM: Record<PageFile['checksum'], string> = {
  ok: 'good',
  mismatch: 'MISMATCH',
  disabled: 'disabled: nothing protects the content',
  absent: 'none (before RDB 5)',
  unread: 'not reached: the file ended before it',
  skipped: 'not checked',
};

const KIND: Record<PageFile['kind'], string> = {
  rdb: 'RDB',
  aof: 'append-only file',
  'aof-set': 'append-only set',
};

const ALLOCATOR: Record<PageData['memoryModel']['allocator'], string> = {
  official: 'official builds (jemalloc with a quantum of 8 bytes)',
  distribution: 'distribution builds such as Debian’s (jemalloc with a quantum of 16 bytes)',
  'distribution-5.3.1':
    'distribution builds with jemalloc 5.3.1 or newer (quantum of 16 bytes, whole pages above 16 KiB)',
};

export function checksumWords(checksum: PageFile['checksum']): string {
  return CHECKSUM[checksum];
}

export function kindWords({ kind, rdbVersion }: Pick<PageFile, 'kind' | 'rdbVersion'>): string {
  const version = rdbVersion === null ? '' : `RDB version ${rdbVersion}`;
  if (kind === 'rdb') return version || KIND.rdb;
  return [KIND[kind], version].filter(Boolean).join(', ');
}

export function producerWords({ producer }: Pick<PageFile, 'producer'>): string {
  if (!producer) return 'not told';
  return producer.version === null ? producer.name : `${producer.name} ${producer.version}`;
}

/** Where numbers of memory come from. */
export function memoryWords({ memoryModel: { server, allocator }, memoryUnknown }: PageData): string {
  const estimate = `Memory is an estimate of what MEMORY USAGE would say on ${server} with the allocator of ${ALLOCATOR[allocator]}.`;
  if (memoryUnknown === 0) return estimate;
  const keys = plural(memoryUnknown, 'key of a module is', 'keys of modules are');
  return `${estimate} ${keys} counted with the serialized bytes instead: what modules take is not known.`;
}
