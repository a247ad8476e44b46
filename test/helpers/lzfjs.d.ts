/** lzfjs comes without types. */
declare module 'lzfjs' {
  const lzfjs: {
    /** Throws when the block is damaged. */
    decompress(block: Uint8Array): Buffer;
    compress(bytes: Uint8Array): Buffer;
  };
  export default lzfjs;
}
