import type { CollectionName } from './collections.js';
import type { Index } from './driver.js';

/**
 * An index, and all questions that it answers; a test holds the questions against those that are asked. Of a question stand
 * here its kind, what it asks of which field, the order it asks for (`±`: or the reverse), and `limit` where it has one:
 *
 *   =, in, <, exists   values, one of some values, from, to or between, any value
 *   null, missing, ne  null or no value, no value, none of some values
 *   a[].b              b of one element of the array a
 *   or(x | y)          one of these
 *   also {…}           some of these, too: they are looked at in the documents that are read
 *   all                it reads everything, because it is to tell of everything, or because there is little
 *   sorts              the server sorts what it has read, because it is little
 */
export type Served = readonly [CollectionName, Index, readonly string[]];

/** What a node with some workflows, or any node, may claim. */
const MINE = 'or(ctl.action exists, ctl.action ne | ov <, st in | st in, wf in)';
const ANYONES = 'or(ctl.action exists, ctl.action ne | ov <, st in | st in)';
/** What needs a slot, of one workflow. */
const NEEDY = 'ctl.action ne, ending ne, or(ov < | ov missing | st =)';
const DUE = `dp in, dw <, n =, ns =, ${NEEDY}`;

/** What a list of instances may ask for, apart from the fields that have an index of their own. */
const LISTED =
  'created <, ended <, fail.category =, hash ne, ns =, or(_id regex | corr regex | wf regex), ver =, ord <';
/** What a page of the audit trail may ask for, likewise. */
const TRAIL = 'at <, or(at < | at =, p <), rk =';

/**
 * A sparse index leaves out what has none of its fields, so the small ones hold what is due, owned, untold and so on, and
 * nothing else. None is partial: servers that only speak MongoDB's protocol ignore the condition.
 */
export const INDEXES: readonly Served[] = [
  [
    'instances',
    { name: 'due', key: { dp: 1, dw: 1 }, sparse: true },
    [
      `find {dp =, dw <, ${MINE}} sort dw limit`,
      'find {dp =, dw <, sr null, st =, wf in} sort dw limit',
      `find {dp =, dw exists, ${MINE}} sort dw limit`,
      `find {dp =, dw exists, ${ANYONES}} sort dw limit`,
      `find {${DUE}, ov <} also {_id ne} limit`,
      `update {${DUE}, ov missing, q exists} also {_id ne}`,
      `update {${DUE}, ov missing, q missing} also {_id ne, st in, st ne}`,
    ],
  ],
  [
    'instances',
    { name: 'overdue', key: { ov: 1 }, sparse: true },
    ['find {dw exists, o null, ov exists} sort ov limit'],
  ],
  [
    'instances',
    { name: 'owner', key: { 'o.n': 1, 'o.e': 1 }, sparse: true },
    [
      'find {o.e =, o.n =} limit',
      'find {o.e <, o.n =}',
      'find {o.e =, o.n =, or(ctl.at exists | inbox.0 exists)}',
      'find {or(o.e <, o.n = | o.n <, o.n ne)} limit',
      // As many as one node runs.
      'find {o.e =, o.n =, st in} sort ±ord limit sorts',
    ],
  ],
  ['instances', { name: 'key', key: { ik: 1 }, sparse: true, unique: true }, ['find {or(_id in | ik in)}']],
  [
    'instances',
    { name: 'untold', key: { un: 1 }, sparse: true },
    ['find {un exists} limit', 'find {un exists} sort un limit'],
  ],
  ['instances', { name: 'behind', key: { cu: 1 }, sparse: true }, ['find {cu =, updated <} limit']],
  [
    'instances',
    { name: 'waits', key: { 'subs.key': 1, 'subs.name': 1 }, sparse: true },
    [
      'find {subs[].asOf <, subs[].key in, subs[].name =, t =} limit',
      'find {subs.key =} also {subs.name =, t =}',
      'find {subs.key <} also {subs.name =, t =}',
    ],
  ],
  [
    'instances',
    { name: 'queue', key: { 'q.w': 1, 'q.p': 1, 'q.s': 1 }, sparse: true },
    [
      'find {q.w =} limit',
      'find {q.w <} limit',
      'find {q.w <} sort q.w limit',
      'find {q.w <, q.w in} sort q.w limit',
      `find {${NEEDY}, o null, ${MINE}, q.p =, q.w =} sort q.s limit`,
    ],
  ],
  [
    'instances',
    { name: 'status', key: { st: 1, ord: 1 } },
    [`find {st in} also {${LISTED}} sort ±ord limit`, 'aggregate {st in}'],
  ],
  [
    'instances',
    { name: 'tenant', key: { t: 1, st: 1, ord: 1 } },
    [`find {st in, t =} also {${LISTED}} sort ±ord limit`, 'aggregate {st in, t =}'],
  ],
  [
    'instances',
    { name: 'name', key: { n: 1, ord: 1 } },
    [`find {n =, st in} also {${LISTED}} sort ±ord limit`],
  ],
  [
    'instances',
    { name: 'reason', key: { sr: 1, ord: 1 } },
    [
      `find {sr =, st in} also {${LISTED}} sort ±ord limit`,
      'aggregate {sr =, st in}',
      'find {hash =, o null, ord <, sr =, st in, wf =} sort ord limit',
    ],
  ],
  ['instances', { name: 'correlation', key: { corr: 1, ord: 1 } }, [`find {corr =, st in} sort ±ord limit`]],
  [
    'instances',
    { name: 'tags', key: { 'tags.k': 1, 'tags.v': 1, ord: 1 } },
    ['find {st in, tags[].k =, tags[].v =} sort ±ord limit'],
  ],
  ['instances', { name: 'keyed', key: { kx: 1 }, sparse: true }, ['find {kx <} sort kx limit']],
  [
    'instances',
    { name: 'ended', key: { st: 1, ended: 1 } },
    ['find {ctl null, ended <, o null, st =, un null} sort ended limit'],
  ],
  [
    'events',
    { name: 'waited', key: { t: 1, name: 1, key: 1, time: 1, n: 1 } },
    ['find {key =, name =, st ne, t =, time <} also {id ne} sort time, n limit'],
  ],
  [
    'events',
    { name: 'state', key: { st: 1, time: 1, n: 1 } },
    [
      'find {st =, time <} sort time, n limit',
      'find {st =, time <, un null} sort time limit',
      'find {st =} sort time limit',
    ],
  ],
  [
    'events',
    { name: 'untold', key: { un: 1 }, sparse: true },
    ['find {un exists} limit', 'find {un exists} sort un limit'],
  ],
  [
    'journal',
    { name: 'instance', key: { i: 1, f: 1 } },
    ['find {f <, i =, l <} sort ±f limit', 'find {f <, i =, l <} sort f', 'find {i in} sort i, f'],
  ],
  [
    'statistics',
    { name: 'minute', key: { minute: 1, wf: 1 } },
    ['find {minute <} sort minute, wf', 'find {minute <} sort minute limit', 'find {led <, minute <} limit'],
  ],
  ['ledger', { name: 'position', key: { to: 1 } }, ['find {to <} sort to limit']],
  [
    'audit',
    { name: 'number', key: { p: 1 }, sparse: true, unique: true },
    [
      'find {p <} limit',
      'find {p <} sort p limit',
      'find {ch exists, p <} sort p limit',
      'aggregate {p <}',
      'update {ch missing, p =}',
      'delete {ch exists, p <}',
    ],
  ],
  [
    'audit',
    { name: 'untold', key: { un: 1 }, sparse: true },
    ['find {un exists} limit', 'find {un exists} sort un limit'],
  ],
  [
    'audit',
    { name: 'chain', key: { ch: 1, sq: 1 }, sparse: true },
    ['find {ch =, sq <} sort sq limit', 'aggregate {ch =, sq <}'],
  ],
  ['audit', { name: 'trail', key: { at: 1, p: 1 } }, [`find {p <} also {${TRAIL}} sort ±at, p limit`]],
  ['audit', { name: 'tenant', key: { t: 1, at: 1, p: 1 } }, ['find {p <, t =} sort ±at, p limit']],
  ['audit', { name: 'subject', key: { sub: 1, at: 1, p: 1 } }, ['find {p <, sub =} sort ±at, p limit']],
  ['audit', { name: 'action', key: { act: 1, at: 1, p: 1 } }, ['find {act =, p <} sort ±at, p limit']],
  [
    'audit',
    { name: 'resource', key: { rid: 1, at: 1, p: 1 } },
    ['find {p <, rid =} also {rk =} sort ±at, p limit'],
  ],
  ['audit', { name: 'workflow', key: { wf: 1, at: 1, p: 1 } }, ['find {p <, wf =} sort ±at, p limit']],
  [
    'audit',
    { name: 'result', key: { res: 1, at: 1, p: 1 } },
    ['find {p <, res =} also {at <, sub =} sort ±at, p limit'],
  ],
  ['definitions', { name: 'order', key: { ord: 1 } }, ['find {} sort ord all', 'find {ord in} sort ord']],
  [
    'nodes',
    { name: 'state', key: { state: 1 } },
    ['find {state =}', 'update {state =}', 'delete {seen <, state in}'],
  ],
];

/** Questions that the index of ids answers, which every collection has. `_id =`, `_id in`: whatever else is asked. */
export const BY_ID: Readonly<Partial<Record<CollectionName, readonly string[]>>> = {
  instances: [
    'find {_id =}',
    'find {_id in}',
    'find {_id <, st in} sort _id limit',
    'find {_id <, pos <} limit',
    'update {_id =}',
    'update {_id in}',
    'delete {_id in}',
  ],
  events: ['find {_id =}', 'find {_id in}', 'update {_id in}', 'delete {_id in}'],
  nodes: ['find {_id =}', 'find {_id in}', 'find {} sort _id all', 'update {_id =}', 'update {_id in}'],
  roles: ['find {_id =}', 'update {_id =}'],
  cursors: ['find {_id =}', 'update {_id =}'],
  definitions: ['find {_id =}', 'update {_id =}'],
  statistics: ['update {_id =}', 'delete {_id in}'],
  journal: ['find {_id =}', 'find {_id <} sort _id limit', 'update {_id =}', 'delete {_id in}'],
  ledger: ['find {} sort -_id limit', 'find {_id <} sort _id limit', 'update {_id =}', 'delete {_id in}'],
  audit: ['update {_id =}'],
  chains: ['find {_id =}', 'find {} sort _id all', 'update {_id =}', 'delete {_id =}'],
  slots: ['find {_id =}', 'find {_id in}', 'update {_id =}'],
  meta: ['find {_id =}', 'update {_id =}'],
};
