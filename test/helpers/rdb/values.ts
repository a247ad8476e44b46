// Values of every type (section 4 of the format reference). A value is its type byte and what follows the key.
import { type ModulePart, moduleId, moduleParts } from './module.js';
import { f64le, le, len, oldDouble, type StringForm, str, type Text } from './primitives.js';
import { type StreamSpec, type StreamType, stream } from './stream.js';

export interface Value {
  type: number;
  body: Buffer;
}

type Pair = readonly [first: Text, second: Text];

export function stringValue(text: Text, form: StringForm = 'raw'): Value {
  return { type: 0, body: str(text, form) };
}

export function listValue(items: readonly Text[], form: StringForm = 'raw'): Value {
  return counted(
    1,
    items.map((item) => [str(item, form)]),
  );
}

export function setValue(members: readonly Text[], form: StringForm = 'raw'): Value {
  return counted(
    2,
    members.map((member) => [str(member, form)]),
  );
}

/** Scores as numbers, or as the text that shall stand in the file. */
export function oldZsetValue(members: readonly (readonly [member: Text, score: number | string])[]): Value {
  return counted(
    3,
    members.map(([member, score]) => [str(member), oldDouble(score)]),
  );
}

export function hashValue(fields: readonly Pair[], form: StringForm = 'raw'): Value {
  return counted(
    4,
    fields.map(([field, value]) => [str(field, form), str(value, form)]),
  );
}

export function zset2Value(
  members: readonly (readonly [member: Text, score: number])[],
  form: StringForm = 'raw',
): Value {
  return counted(
    5,
    members.map(([member, score]) => [str(member, form), f64le(score)]),
  );
}

/** Type 6: the id, and bytes that only the module could read. */
export function preGaModuleValue(name: string, version: number, opaque: Uint8Array): Value {
  return { type: 6, body: Buffer.concat([len(moduleId(name, version)), opaque]) };
}

export function moduleValue(name: string, version: number, parts: readonly ModulePart[]): Value {
  return { type: 7, body: Buffer.concat([len(moduleId(name, version)), moduleParts(parts)]) };
}

/** The types that are one container in one string: 9 to 13, 16, 17, 20, and 23 and 30 of Redis. */
export function blobValue(
  type: 9 | 10 | 11 | 12 | 13 | 16 | 17 | 20 | 23 | 30,
  blob: Uint8Array,
  form: StringForm = 'raw',
): Value {
  return { type, body: str(blob, form) };
}

/** Type 14: nodes are ziplists. */
export function quicklistValue(nodes: readonly Uint8Array[], form: StringForm = 'raw'): Value {
  return counted(
    14,
    nodes.map((node) => [str(node, form)]),
  );
}

/** Type 18. */
export function quicklist2Value(
  nodes: readonly ({ plain: Text } | { packed: Uint8Array } | { container: number; bytes: Uint8Array })[],
  form: StringForm = 'raw',
): Value {
  return counted(
    18,
    nodes.map((node) => {
      if ('plain' in node) return [len(1), str(node.plain, form)];
      if ('packed' in node) return [len(2), str(node.packed, form)];
      return [len(node.container), str(node.bytes, form)];
    }),
  );
}

export function streamValue(type: StreamType, spec: StreamSpec, form: StringForm = 'raw'): Value {
  return { type, body: stream(type, spec, form) };
}

/** Type 22 of Redis: absolute times, 0 for none, in front. */
export function preGaHashMetadataValue(fields: readonly { field: Text; value: Text; expireAtMs: number }[]): Value {
  return counted(
    22,
    fields.map((f) => [len(f.expireAtMs), str(f.field), str(f.value)]),
  );
}

/** Type 22 of Valkey: times at the end, -1 for none. */
export function hash2Value(fields: readonly { field: Text; value: Text; expireAtMs: number }[]): Value {
  return counted(
    22,
    fields.map((f) => [str(f.field), str(f.value), le(f.expireAtMs, 8)]),
  );
}

/** Type 24. `ttl` as it stands in the file: 0 for none, else the time less `minExpire` plus one. */
export function hashMetadataValue(
  minExpire: number | bigint,
  fields: readonly { field: Text; value: Text; ttl: number | bigint }[],
): Value {
  const hash = counted(
    24,
    fields.map((f) => [len(f.ttl), str(f.field), str(f.value)]),
  );
  return { type: 24, body: Buffer.concat([le(minExpire, 8), hash.body]) };
}

/** Type 25: the listpack holds triples. */
export function hashListpackExValue(minExpire: number | bigint, blob: Uint8Array, form: StringForm = 'raw'): Value {
  return { type: 25, body: Buffer.concat([le(minExpire, 8), str(blob, form)]) };
}

export type ArrayElement = { index: number | bigint } & (
  | { string: Text }
  | { integer: number | bigint }
  | { double: number }
  | { short: Text }
  | { tag: number; bytes: Uint8Array }
);

/** Type 28. */
export function arrayValue(elements: readonly ArrayElement[], insertIndex?: number | bigint): Value {
  return {
    type: 28,
    body: Buffer.concat([
      len(elements.length),
      ...(insertIndex === undefined ? [len(0)] : [len(1), len(insertIndex)]),
      ...elements.flatMap((element) => [len(element.index), ...arrayPayload(element)]),
    ]),
  };
}

function arrayPayload(element: ArrayElement): Buffer[] {
  if ('string' in element) return [len(0), str(element.string, 'server')];
  if ('integer' in element) return [len(1), le(element.integer, 8)];
  if ('double' in element) return [len(2), f64le(element.double)];
  if ('short' in element) return [len(3), str(element.short)];
  return [len(element.tag), Buffer.from(element.bytes)];
}

/** Types 29 and 31: the field names travel with the value. For 29 `values` is the listpack, template id in front. */
export function templatedHashValue(
  fields: { listpack: Uint8Array } | { names: readonly Text[] },
  values: { listpack: Uint8Array } | { strings: readonly Text[] },
): Value {
  const head =
    'listpack' in fields
      ? [len(0), str(fields.listpack)]
      : [len(1), len(fields.names.length), ...fields.names.map((name) => str(name))];
  if ('listpack' in values) return { type: 29, body: Buffer.concat([...head, str(values.listpack)]) };
  return { type: 31, body: Buffer.concat([...head, ...values.strings.map((value) => str(value))]) };
}

/** Type 32: values for the names of a template. (Type 30 is a blob.) */
export function templateRefValue(template: number, values: readonly Text[]): Value {
  return { type: 32, body: Buffer.concat([len(template), ...values.map((value) => str(value))]) };
}

/** KeyDB's type 64. */
export function cronValue(
  script: Text,
  startMs: number,
  intervalMs: number,
  keys: readonly Text[],
  args: readonly Text[],
): Value {
  return {
    type: 64,
    body: Buffer.concat([
      str(script),
      le(startMs, 8),
      le(intervalMs, 8),
      len(keys.length),
      ...keys.map((key) => str(key)),
      len(args.length),
      ...args.map((arg) => str(arg)),
    ]),
  };
}

function counted(type: number, elements: readonly (readonly Buffer[])[]): Value {
  return { type, body: Buffer.concat([len(elements.length), ...elements.flat()]) };
}
