import { clearMoves, optInMoves, outsideMoves } from './grant-moves.js';
import { emptyDatabase, type ModelDatabase } from './model-database.js';
import { operations, type Operations } from './operations.js';
import { refreshMoves, upsMoves } from './refresh-moves.js';
import { firstState, textOf, type Bound } from './state.js';
import { NotRunYet, Turn } from './turn.js';
import { leaseMoves, useMoves } from './use-moves.js';

export interface Exploration {
  readonly states: number;
  readonly moves: number;
  /** Each broken promise, with the shortest way to it. */
  readonly broken: Readonly<Record<string, readonly string[]>>;
}

interface Visit {
  readonly from: number;
  readonly label: string;
}

/** Visits every state that can be reached within the bound, nearest first: all orders of everything that can happen. */
export async function explore(database: ModelDatabase, bound: Bound): Promise<Exploration> {
  const run = operations(database);
  const keys = [textOf(firstState(await authorized(database, run), bound), (number) => database.mirrored(number))];
  const known = new Set(keys);
  const visits: Visit[] = [{ from: -1, label: '' }];
  const broken: Record<string, readonly string[]> = {};
  let moves = 0;
  const wayTo = (index: number): string[] => {
    const way: string[] = [];
    for (let visit = visits[index]; visit && visit.from >= 0; visit = visits[visit.from]) way.unshift(visit.label);
    return way;
  };
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? '';
    keys[index] = '';
    const turn = await nextTurn(key, database, run);
    for (const { label, to, broken: promise } of turn.moves) {
      moves += 1;
      if (promise !== null) broken[promise] ??= [...wayTo(index), label];
      if (promise !== null || known.has(to)) continue;
      known.add(to);
      keys.push(to);
      visits.push({ from: index, label });
    }
    const isWaiting = turn.summary.state === 'clearing' || turn.summary.redemption?.phase === 'pending';
    if (isWaiting && !turn.moves.some(({ to, fromOutside }) => !fromOutside && to !== key)) broken[`nothing ends what is ${turn.summary.state}`] ??= wayTo(index);
  }
  return { states: known.size, moves, broken };
}

/** Everything that can happen next. What the database has to be asked for is run first. */
async function nextTurn(key: string, database: ModelDatabase, run: Operations): Promise<Turn> {
  for (;;) {
    try {
      const turn = new Turn(key, database, run);
      for (const moves of [leaseMoves, useMoves, refreshMoves, upsMoves, clearMoves, optInMoves, outsideMoves]) moves(turn);
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
    ['storeConsent', () => run.storeConsent({ number: 1, consent: 1 })],
  ];
  let state = emptyDatabase;
  for (const [name, step] of steps) state = (database.known(state, `first ${name}`) ?? await database.run(state, `first ${name}`, step)).to;
  return state;
}
