import { InvalidArgumentError, Option } from 'commander';
import { ALLOCATORS, type AllocatorName } from '../servers/memory/allocator.js';
import { type Release, releaseNamed, releaseNames } from '../servers/releases.js';

/** What commander makes of the options below. */
export interface MemoryFlags {
  readonly for?: Release;
  readonly allocator: AllocatorName;
}

/** Whose memory is estimated. */
export function memoryOptions(): Option[] {
  return [
    new Option('--for <server>', 'whose memory is estimated: redis-8.0, valkey-9.1 (default: the writer)').argParser(
      parseRelease,
    ),
    new Option('--allocator <name>', 'what that server is built with').choices([...ALLOCATORS]).default('official'),
  ].map((option) => option.helpGroup('The memory that is estimated:'));
}

/** A release by its name. */
export function parseRelease(text: string): Release {
  const release = releaseNamed(text);
  if (!release) throw new InvalidArgumentError(`known servers are ${releaseNames().join(', ')}`);
  return release;
}
