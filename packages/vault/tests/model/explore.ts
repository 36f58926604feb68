import { hash } from 'node:crypto';
import { clearMoves, outsideMoves } from './grant-moves.js';
import { decisionMoves, optInMoves } from './consent-moves.js';
import { emptyDatabase, type ModelDatabase } from './model-database.js';
import { operations, type Operations } from './operations.js';
import { refreshMoves, upsMoves } from './refresh-moves.js';
import { firstState, textOf, type Bound } from './state.js';
import { NotRunYet, Turn } from './turn.js';
import { leaseMoves, useMoves } from './use-moves.js';

export interface Exploration {
  readonly states: number;
  /** The first broken promise that was found, and the shortest way to it. */
  readonly broken: { readonly promise: string; readonly way: readonly string[] } | null;
}

interface Visit {
  readonly from: number;
  readonly label: string;
}

/** Visits every state that can be reached within the bound, nearest first, in all orders of what can happen, until a promise breaks. */
export async function explore(database: ModelDatabase, bound: Bound): Promise<Exploration> {
  const run = operations(database);
  const keys = [textOf(firstState(await authorized(database, run), bound), (number) => database.mirrored(number))];
  // By their hashes: millions of texts would not fit into memory.
  const known = new Set(keys.map(hashOf));
  const visits: Visit[] = [{ from: -1, label: '' }];
  const wayTo = (index: number): string[] => {
    const way: string[] = [];
    for (let visit = visits[index]; visit && visit.from >= 0; visit = visits[visit.from]) way.unshift(visit.label);
    return way;
  };
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? '';
    keys[index] = '';
    const turn = await nextTurn(key, database, run);
    for (const { label, to, broken } of turn.moves) {
      if (broken !== null) return { states: known.size, broken: { promise: broken, way: [...wayTo(index), label] } };
      const toHash = hashOf(to);
      if (known.has(toHash)) continue;
      known.add(toHash);
      keys.push(to);
      visits.push({ from: index, label });
    }
    const isWaiting = turn.summary.state === 'clearing' || turn.summary.redemption?.phase === 'pending';
    const goesOn = turn.moves.some(({ to, fromOutside }) => !fromOutside && to !== key);
    if (isWaiting && !goesOn) return { states: known.size, broken: { promise: 'V3 what was begun is finished by somebody', way: wayTo(index) } };
  }
  return { states: known.size, broken: null };
}

function hashOf(text: string): string {
  return hash('sha1', text, 'binary');
}

/** Everything that can happen next. What the database has to be asked for is run first. */
async function nextTurn(key: string, database: ModelDatabase, run: Operations): Promise<Turn> {
  for (;;) {
    try {
      const turn = new Turn(key, database, run);
      for (const moves of [leaseMoves, useMoves, refreshMoves, upsMoves, clearMoves, optInMoves, decisionMoves, outsideMoves]) moves(turn);
      return turn;
    } catch (error) {
      if (!(error instanceof NotRunYet)) throw error;
      await database.run(error.database, error.operation, error.run);
    }
  }
}

/** The state of the database after the first consent. */
async function authorized(database: ModelDatabase, run: Operations): Promise<number> {
  const steps: [string, () => Promise<unknown>][] = [
    ['beginOptIn', () => run.beginOptIn({ optIn: 1 })],
    ['callback', () => run.callback({ optIn: 1 })],
    ['storeConsent', () => run.storeConsent({ number: 1, consent: 1, isOther: false })],
  ];
  let state = emptyDatabase;
  for (const [name, step] of steps) state = (database.known(state, `first ${name}`) ?? await database.run(state, `first ${name}`, step)).to;
  return state;
}
