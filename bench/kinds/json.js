import { cities, firstNames, lastNames, sentence, uuid, words } from './words.js';

const LONGEST_BYTES = 3000;

/**
 * Orders of a shop as JSON documents of 1.5 to 3 kB. The field names repeat within a document, so the server
 * compresses it to about half.
 *
 * @param {number} size
 * @param {import('../random.js').Random} random
 * @returns {Iterable<import('../resp.js').Argument[]>}
 */
export function* json(size, random) {
  for (let index = 0; index < size; index++) {
    yield ['SET', `order:${10_000_000 + index}`, Buffer.from(order(index, random))];
  }
}

/**
 * @param {number} index
 * @param {import('../random.js').Random} random
 */
function order(index, random) {
  const document = {
    id: uuid(random),
    number: 10_000_000 + index,
    createdAt: timestamp(random),
    status: random.pick(['pending', 'paid', 'shipped', 'delivered', 'cancelled']),
    customer: customer(random),
    items: [item(random)],
    history: [event(random), event(random)],
    notes: sentence(random, random.int(4, 20)),
    tags: Array.from({ length: random.int(0, 5) }, () => random.pick(words)),
    total: random.int(500, 900_000) / 100,
  };
  // An order has as many items as it takes to reach a length drawn from the whole range.
  let length = JSON.stringify(document).length;
  const wanted = random.int(1500, LONGEST_BYTES);
  while (length < wanted) {
    const next = item(random);
    length += JSON.stringify(next).length + 1;
    if (length > LONGEST_BYTES) break;
    document.items.push(next);
  }
  return JSON.stringify(document);
}

/** @param {import('../random.js').Random} random */
function customer(random) {
  const firstName = random.pick(firstNames);
  const lastName = random.pick(lastNames);
  return {
    id: uuid(random),
    firstName,
    lastName,
    email: `${firstName}.${lastName}${random.int(1, 9999)}@example.com`.toLowerCase(),
    phone: `+${random.int(1, 99)} ${random.int(100, 999)} ${random.int(1_000_000, 9_999_999)}`,
    address: {
      street: `${random.pick(lastNames)} Street ${random.int(1, 300)}`,
      postalCode: String(random.int(10_000, 99_999)),
      city: random.pick(cities),
    },
    newsletter: random.chance(0.4),
  };
}

/** @param {import('../random.js').Random} random */
function item(random) {
  return {
    sku: `${random.pick(words).slice(0, 3).toUpperCase()}-${random.int(100_000, 999_999)}`,
    name: sentence(random, random.int(2, 5)),
    category: random.pick(['books', 'garden', 'kitchen', 'music', 'office', 'toys']),
    quantity: random.int(1, 12),
    unitPrice: random.int(99, 99_999) / 100,
    currency: 'EUR',
    taxRate: random.pick([0.07, 0.19]),
    discount: random.chance(0.2) ? random.int(1, 50) / 100 : null,
    warehouse: random.pick(cities),
    giftWrapped: random.chance(0.1),
  };
}

/** @param {import('../random.js').Random} random */
function event(random) {
  return {
    at: timestamp(random),
    by: random.pick(firstNames),
    action: random.pick(['created', 'paid', 'packed', 'shipped', 'returned']),
    comment: random.chance(0.3) ? sentence(random, 6) : null,
  };
}

/** @param {import('../random.js').Random} random */
function timestamp(random) {
  return new Date(1_600_000_000_000 + random.int(0, 150_000_000_000)).toISOString();
}
