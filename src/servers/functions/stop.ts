// What ends our walk through the top level of a library early.

import type { LibraryFaultKind } from './facts.js';

/** Servers stop here with an error. */
export class Fault extends Error {
  constructor(
    readonly kind: LibraryFaultKind,
    message: string,
  ) {
    super(message);
  }
}

/** What happens from here on cannot be known without running it. */
export class Doubt extends Error {}
