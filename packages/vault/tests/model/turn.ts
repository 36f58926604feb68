import type { ModelDatabase, Outcome } from './model-database.js';
import type { OperationName, Operations, Outcomes } from './operations.js';
import type { Summary } from './rows.js';
import { brokenByRows } from './promises.js';
import { textOf, type State } from './state.js';

/** An operation that has to be run on the database before the turn can be told. */
export class NotRunYet extends Error {
  readonly database: number;
  readonly operation: string;
  readonly run: () => Promise<unknown>;

  constructor(database: number, operation: string, run: () => Promise<unknown>) {
    super(operation);
    this.database = database;
    this.operation = operation;
    this.run = run;
  }
}

export interface Move {
  readonly label: string;
  readonly to: string;
  /** The promise that it breaks. */
  readonly broken: string | null;
  /** Begun by people or by UPS: not something to wait for. */
  readonly fromOutside: boolean;
}

/** All that can happen next in one state. */
export class Turn {
  readonly moves: Move[] = [];
  readonly state: State;
  readonly summary: Summary;
  readonly #key: string;
  readonly #database: ModelDatabase;
  readonly #operations: Operations;

  constructor(key: string, database: ModelDatabase, operations: Operations) {
    this.#key = key;
    this.#database = database;
    this.#operations = operations;
    this.state = JSON.parse(key) as State;
    this.summary = database.summary(this.state.database);
  }

  add(label: string, change: (step: Step) => void, { fromOutside = false } = {}): void {
    const step = new Step(JSON.parse(this.#key) as State, this.#database, this.#operations);
    change(step);
    if (step.summary.pair && step.state.past.unconfirmed.includes(step.summary.pair.consent)) step.break('V2 a consent lives that waited and that no admin confirmed');
    this.moves.push({ label, to: textOf(step.state, (database) => this.#database.mirrored(database)), broken: step.broken, fromOutside });
  }
}

/** One move in the making: a copy of the state that it changes. */
export class Step {
  readonly state: State;
  broken: string | null = null;
  readonly #database: ModelDatabase;
  readonly #operations: Operations;

  constructor(state: State, database: ModelDatabase, operations: Operations) {
    this.state = state;
    this.#database = database;
    this.#operations = operations;
  }

  get summary(): Summary {
    return this.#database.summary(this.state.database);
  }

  /** Runs one of the vault's operations. Throws NotRunYet. */
  run<N extends OperationName>(name: N, given: Parameters<Operations[N]>[0]): { out: Outcomes[N]; events: readonly string[]; neverStored: number } {
    const text = `${name} ${JSON.stringify(given)}`;
    const before = this.state.database;
    const known: Outcome | undefined = this.#database.known(before, text);
    const operation = this.#operations[name] as (given: unknown) => Promise<unknown>;
    if (!known) throw new NotRunYet(before, text, () => operation(given));
    this.state.database = known.to;
    const broken = brokenByRows(this.summary, known.written);
    if (broken !== null) this.break(broken);
    return { out: known.out as Outcomes[N], events: known.written.events, neverStored: known.written.neverStored };
  }

  break(promise: string): void {
    this.broken ??= promise;
  }
}
