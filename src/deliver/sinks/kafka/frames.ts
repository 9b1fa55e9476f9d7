/** An answer begins with its correlation id; the largest one, metadata of a huge cluster, has some MiB. */
const SMALLEST_FRAME = 4;
const LARGEST_FRAME = 64 * 1024 ** 2;
const SIZE_BYTES = 4;
/** Larger frames are not kept: the answer to a batch has some bytes for each partition. */
const LARGEST_KEPT = 256 * 1024;

/**
 * Follows the frames (four bytes of size, then so many bytes) over the chunks of one connection; false: not a frame.
 * Each whole frame is handed on without its size, as long as it is no larger than any answer to a batch.
 */
export function frameCheck(take: (frame: Buffer) => void = () => undefined): (chunk: Uint8Array) => boolean {
  let size = 0;
  let sizeBytes = 0;
  let left = 0;
  let kept: Uint8Array[] = [];
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      const here = Math.min(left, chunk.length - at);
      if (here > 0 && size <= LARGEST_KEPT) kept.push(chunk.subarray(at, at + here));
      left -= here;
      at += here;
      if (here > 0 && left === 0) {
        if (size <= LARGEST_KEPT) take(Buffer.concat(kept));
        kept = [];
        size = 0;
      }
      if (at === chunk.length) return true;
      size = size * 256 + (chunk[at] ?? 0);
      at += 1;
      sizeBytes += 1;
      if (sizeBytes < SIZE_BYTES) continue;
      if (size < SMALLEST_FRAME || size > LARGEST_FRAME) return false;
      left = size;
      sizeBytes = 0;
    }
    return true;
  };
}
