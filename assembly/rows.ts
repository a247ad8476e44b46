// Sorting rows by their bytes. A row in memory: u32 length of the sort key, u32 length of the rest, the sort key, the rest.
// An item stands for a row: the first eight bytes of its sort key as a number, and its address.

/** Writes the item of the row at `row`. */
export function rowItem(row: usize, item: usize): void {
  const length = <usize>load<u32>(row);
  let prefix: u64 = 0;
  if (length >= 8) prefix = bswap<u64>(load<u64>(row, 8));
  else for (let i: usize = 0; i < length; i++) prefix |= (<u64>load<u8>(row + 8 + i)) << (56 - (i << 3));
  store<u64>(item, prefix);
  store<u64>(item, <u64>row, 8);
}

/** Sorts items, those of equal keys in the order in which they stand. `other`: room for as many. Returns where they are then. */
export function rowsSort(items: usize, count: u32, other: usize): usize {
  for (let width: u32 = 1; width < count; width <<= 1) {
    for (let start: u32 = 0; start < count; start += width << 1) {
      const middle = min<u32>(start + width, count);
      const end = min<u32>(middle + width, count);
      merge(
        items + (<usize>start << 4),
        items + (<usize>middle << 4),
        items + (<usize>end << 4),
        other + (<usize>start << 4),
      );
    }
    const sorted = other;
    other = items;
    items = sorted;
  }
  return items;
}

function merge(left: usize, middle: usize, end: usize, out: usize): void {
  let right = middle;
  while (left < middle && right < end) {
    if (after(left, right)) {
      v128.store(out, v128.load(right));
      right += 16;
    } else {
      v128.store(out, v128.load(left));
      left += 16;
    }
    out += 16;
  }
  if (left < middle) memory.copy(out, left, middle - left);
  else if (right < end) memory.copy(out, right, end - right);
}

/** Whether the row of one item stands behind that of another. */
// @ts-ignore: decorator
@inline
function after(left: usize, right: usize): bool {
  const first = load<u64>(left);
  const second = load<u64>(right);
  return first != second ? first > second : compareRows(<usize>load<u64>(left, 8), <usize>load<u64>(right, 8)) > 0;
}

function compareRows(left: usize, right: usize): i32 {
  const leftLength = <usize>load<u32>(left);
  const rightLength = <usize>load<u32>(right);
  const shared = min<usize>(leftLength, rightLength);
  let i: usize = 0;
  while (i + 8 <= shared && load<u64>(left + 8 + i) == load<u64>(right + 8 + i)) i += 8;
  for (; i < shared; i++) {
    const difference = <i32>load<u8>(left + 8 + i) - <i32>load<u8>(right + 8 + i);
    if (difference != 0) return difference;
  }
  return leftLength == rightLength ? 0 : leftLength < rightLength ? -1 : 1;
}
