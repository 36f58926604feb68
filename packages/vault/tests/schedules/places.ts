import type { OperationName, Operations } from '../model/operations.js';

/** One of the vault's operations with its arguments. */
export type Operation = { readonly [N in OperationName]: readonly [N, Parameters<Operations[N]>[0]] }[OperationName];

/** A state of the grant, and the operations that can meet in it. */
interface Place {
  readonly name: string;
  readonly before: readonly Operation[];
  readonly operations: readonly Operation[];
  /** So many orders of statements there are at least. */
  readonly orders: number;
}

/** `npm run model`: all pairs, and what takes minutes. */
export const isFar = process.env['WAYLEAVE_MODEL'] === 'far';

const lease = (instance: string) => ({ instance, generation: 1, version: 1, consent: 1, n: 0 });
const claim = (instance: string, recovery = false) => ({ ...lease(instance), recovery });
const refreshed = (instance: string, recovery = false) => ({ ...claim(instance, recovery), isOther: false });

/** The first consent, a lease with each of two instances, and two opt-ins under way: one has come back, the other will. */
export const beginning: readonly Operation[] = [
  ['beginOptIn', { optIn: 1 }], ['callback', { optIn: 1 }], ['storeConsent', { number: 1, consent: 1, isOther: false }], ['take', { instance: 'A1' }], ['take', { instance: 'B1' }],
  ['beginOptIn', { optIn: 2 }], ['callback', { optIn: 2 }], ['beginOptIn', { optIn: 3 }],
];

const newConsent: Operation = ['storeConsent', { number: 2, consent: 2, isOther: false }];
const clear: Operation = ['beginClear', { generation: 1 }];
const finish: Operation = ['finishClear', { generation: 3 }];
const confirm: Operation = ['confirm', { number: 3 }];
const ofOther = (consent: number): Operation => ['storeConsent', { number: consent, consent, isOther: true }];
const newerOfOther = ofOther(4);

/** A consent by another login waits, and a newer one has come back. */
const waiting: readonly Operation[] = [['callback', { optIn: 3 }], ofOther(3), ['beginOptIn', { optIn: 4 }], ['callback', { optIn: 4 }]];

/** What can happen at any time. */
const always: readonly Operation[] = [
  ['take', { instance: 'C1' }], ['renew', lease('A1')], ['giveBack', lease('A1')], ['store', lease('A1')],
  ['beginOptIn', { optIn: 4 }], ['callback', { optIn: 3 }], newConsent, clear,
];

export const places: readonly Place[] = [
  {
    name: 'an authorized grant', before: [], orders: 110,
    operations: [...always, ['claim', lease('A1')], ['claim', lease('B1')], ['void', claim('A1')]],
  },
  {
    name: 'a grant that is being refreshed', before: [['claim', lease('A1')], ['beginRotation', undefined]], orders: 95,
    operations: [
      ['withdraw', claim('A1')], ['storeRefreshed', refreshed('A1')], ['noteKept', claim('A1')], ['noteUnknown', claim('A1')], ['void', claim('A1')],
      ['rewrap', undefined], ['claim', lease('B1')], newConsent, clear,
    ],
  },
  {
    name: 'a grant whose claim has run out', before: [['claim', lease('A1')], ['runOut', undefined]], orders: 60,
    operations: [['expire', undefined], ['claim', lease('B1')], ['storeRefreshed', refreshed('A1')], ['noteUnknown', claim('A1')], newConsent, clear],
  },
  {
    name: 'a grant that is being recovered', before: [['claim', lease('A1')], ['noteUnknown', claim('A1')], ['claim', lease('B1')]], orders: 60,
    operations: [['storeRefreshed', refreshed('A1')], ['storeRefreshed', refreshed('B1', true)], ['noteUnknown', claim('B1', true)], ['void', claim('B1', true)], newConsent, clear],
  },
  {
    name: 'a grant that is being cleared', before: [clear], orders: 200,
    operations: [finish, finish, ...always, ['openLeases', { generation: 3 }], ['storeRefreshed', refreshed('A1')]],
  },
  {
    name: 'a grant beside a consent that waits', before: [['claim', lease('A1')], ...waiting], orders: 200,
    operations: [confirm, confirm, ['refuse', { number: 3 }], newerOfOther, ['storeConsent', { number: 4, consent: 4, isOther: false }], clear, ['take', { instance: 'C1' }], ['storeRefreshed', refreshed('A1')]],
  },
  {
    name: 'a grant beside a consent that ran out', before: [...waiting, ['runOutPending', undefined]], orders: 55,
    operations: [['expirePending', undefined], ['expirePending', undefined], confirm, newerOfOther, clear],
  },
];

/** Those that end a generation, or what waits: the near bound looks at what meets one of them, and at two that claim the same token. */
const endings: readonly Operation[] = [clear, finish, newConsent, confirm, newerOfOther];

/** Every two that can meet. */
export function pairsAt({ operations }: Place): [Operation, Operation][] {
  const pairs = operations.flatMap((a, index) => operations.slice(index + 1).map((b): [Operation, Operation] => [a, b]));
  const isNear = (pair: readonly Operation[]) => pair.some((operation) => endings.includes(operation)) || pair.every(([name]) => name === 'claim' || name === 'storeRefreshed');
  return isFar ? pairs : pairs.filter(isNear);
}
