// The few names of the WebAssembly API that are used here. TypeScript has them only together with all of the DOM, which
// neither Node programs nor the users of this package should need.

/** A compiled module; can be posted to another thread. */
export type WasmModule = object;

/** Memory that threads share. It only grows. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

interface WasmApi {
  Module: new (binary: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: { env: { memory: WasmMemory } }) => { exports: object };
  Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => WasmMemory;
}

export const wasm: WasmApi = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
