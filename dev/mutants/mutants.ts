/** Text of a source file that stands there once, and what it becomes. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A test that must fail: the file, its title as it stands there, and for a table of tests the row. */
export interface Killer {
  readonly file: string;
  readonly title: string;
  readonly row?: string;
}

/** One guard of the vault's protocol, taken out of the code. */
export interface Mutant {
  readonly guard: string;
  readonly changes: readonly Change[];
  readonly killer: Killer;
}

const vault = 'packages/vault';
const change = (file: string, from: string, to: string): Change => ({ file: `${vault}/${file}`, from, to });

const model = (row: string): Killer => ({ file: `${vault}/tests/model/model.test.ts`, title: 'keep every promise', row });
const schedules = (row: string): Killer => ({ file: `${vault}/tests/schedules/schedules.test.ts`, title: 'end in every order of their statements as one after the other', row });
const test = (file: string, title: string): Killer => ({ file: `${vault}/${file}`, title });

const heldLease = 'lease/held-lease.ts';
const firstByte = 'if (!this.isLive) throw this.whyDead;\n        beforeFirstByte();';
const outcomes = 'redemption/outcome-store.ts';

const pendingStore = 'opt-in/pending-store.ts';
const waiting = '2 optIns, 2 others, 1 decisions, 1 clears';

export const mutants: readonly Mutant[] = [
  {
    guard: 'draw at callback',
    changes: [
      change('opt-in/opt-in-store.ts', 'await updateGrant(trx, key).set({ drawn: number }).execute();', ''),
      change('opt-in/consent-store.ts', "state: 'authorized', generation: number,", "state: 'authorized', generation: number, drawn: number,"),
    ],
    killer: model('2 optIns, 1 clears, 1 crashes'),
  },
  {
    guard: 'draw at callback: only a higher number is stored',
    changes: [change('opt-in/consent-store.ts', 'if (number <= grant.generation ||', 'if (number < grant.last_clear ||')],
    killer: model('2 optIns, 1 clears, 1 crashes'),
  },
  {
    guard: 'stale',
    changes: [
      change('opt-in/opt-in-store.ts', 'const isStale = grant.last_clear !== known.last_clear;', 'const isStale = false;'),
      change('clear/clear-store.ts', '.set({ verifier: null })', '.set({ consumed_at: null })'),
    ],
    killer: model('2 optIns, 1 clears, 1 crashes'),
  },
  {
    guard: 'atomic lease',
    changes: [change('lease/lease-store.ts', "await lockGrant(trx, key, 'share');\n    if (grant?.state === 'needs", "await trx.selectFrom('vault.grant').selectAll().where('company_id', '=', key.company).where('application', '=', key.application).executeTakeFirst();\n    if (grant?.state === 'needs")],
    killer: schedules('an authorized grant'),
  },
  {
    guard: 'mono: taking',
    changes: [change('lease/timed-transaction.ts', 'execute(work)), start };', 'execute(work)), start: now() };')],
    killer: test('lease/timed-transaction.test.ts', 'counts from before the transaction that grants it'),
  },
  {
    guard: 'mono: renewing',
    changes: [change('lease/lease-store.ts', 'const start = now();\n    const renewals = (await renewal.execute(connection)).rows;', 'const renewals = (await renewal.execute(connection)).rows;\n    const start = now();')],
    killer: test('lease/timed-transaction.test.ts', 'counts from before the statement that renews a lease'),
  },
  {
    guard: 'mono: both clocks',
    changes: [change('lease/deadline.ts', 'Math.max(monotonicMs - this.#start.monotonicMs, wallMs - this.#start.wallMs)', '(monotonicMs - this.#start.monotonicMs)')],
    killer: test('lease/lease.test.ts', 'has passed as soon as either clock says so'),
  },
  {
    guard: 'send check',
    changes: [change(heldLease, firstByte, 'if (outlivesEnd && !this.isLive) throw this.whyDead;\n        beforeFirstByte();')],
    killer: test('lease/held-lease.test.ts', 'that ran out unnoticed sends no use that waited for its connection'),
  },
  {
    guard: 'wire wait',
    changes: [change(heldLease, 'if (!answered && exchange.written) await delay(this.#wireAllowanceMs);', '')],
    killer: test('lease/held-lease.test.ts', 'is given back only when the bytes of a call that was cut had time to arrive'),
  },
  {
    guard: 'wire wait: a refresh',
    changes: [change(heldLease, 'if (exchange.outlivesEnd && exchange.written) return delay(this.#wireAllowanceMs);', 'if (exchange.outlivesEnd && exchange.written) return;')],
    killer: test('lease/held-lease.test.ts', 'does not cut a refresh that was sent, and is given back before its answer, when its bytes have arrived'),
  },
  {
    guard: 'store lock',
    changes: [change('lease/use.ts', "await lockGrant(trx, key, 'share');", "await trx.selectFrom('vault.grant').selectAll().where('company_id', '=', key.company).where('application', '=', key.application).executeTakeFirst();")],
    killer: schedules('an authorized grant'),
  },
  {
    guard: 'refresh lease',
    changes: [change(heldLease, firstByte, 'if (!outlivesEnd && !this.isLive) throw this.whyDead;\n        beforeFirstByte();')],
    killer: test('lease/held-lease.test.ts', 'that ran out unnoticed sends no refresh that waited for its connection'),
  },
  {
    guard: 'intent',
    changes: [change('redemption/redemption-store.ts', 'const isMine = await writeClaim(context, trx, tokenSet, existing?.id ?? null, id);', 'const isMine = true;')],
    killer: model('2 refreshes, 1 recoveries'),
  },
  {
    guard: 'intent: one at a time',
    changes: [change('redemption/redemption-store.ts', "if (existing?.phase === 'pending') return { kind: 'busy' };", '')],
    killer: model('2 refreshes, 1 recoveries'),
  },
  {
    guard: 'red mono',
    changes: [
      change('redemption/redeem.ts', 'Math.min(settings.refreshTimeoutMs, claim.deadline.remainingMs)', 'settings.refreshTimeoutMs'),
      change('redemption/redeem.ts', "if (claim.deadline.passed) throw new Error('the redemption ran out before it was sent');", ''),
    ],
    killer: test('redemption/redemption-end.test.ts', 'waits for the answer to a refresh no longer than the refresh is its own'),
  },
  {
    guard: 'cas generation',
    changes: [
      change(outcomes, 'grant.generation === generation && grant.version === version', 'grant.version === version'),
      change('opt-in/consent-store.ts', "version: grant.version + 1 };\n  const replaced", "version: 1 };\n  const replaced"),
    ],
    killer: model('1 refreshes, 1 optIns, 1 others, 1 decisions'),
  },
  {
    guard: 'cas version',
    changes: [change(outcomes, 'grant.generation === generation && grant.version === version', 'grant.generation === generation')],
    killer: model('2 refreshes, 1 recoveries'),
  },
  {
    guard: 'late ok',
    changes: [change(outcomes, 'if (!isStill(grant, claim)) {', "if (!isStill(grant, claim) || !(await trx.selectFrom('vault.redemption').select('id').where('id', '=', claim.id).executeTakeFirst())) {")],
    killer: model('2 refreshes, 1 recoveries'),
  },
  {
    guard: '5xx is uncertain',
    changes: [change('token/judgement.ts', "'good': unknown, 'ups-fault': unknown,", "'good': unknown, 'ups-fault': kept('ups-fault'),")],
    killer: test('redemption/redemption.test.ts', 'recovers a lost answer to a token that was not spent'),
  },
  {
    guard: 'recovery lost stays',
    changes: [change('redemption/redeem.ts', "case 'unknown':", "case 'unknown':\n        if (claim.recovery) return { kind: (await voidGrant(this.#context, claim.key, claim, 'answer-lost')) ? 'voided' : 'ended' };")],
    killer: test('redemption/redemption.test.ts', 'recovers a lost answer to a token that was not spent'),
  },
  {
    guard: 'recovery lost stays: also when it is throttled',
    changes: [change(outcomes, 'if (claim.recovery) return noteUnknown(context, claim);', '')],
    killer: test('tests/model/operations.test.ts', 'a recovery that is throttled leaves the answer lost'),
  },
  {
    guard: 'clear cas',
    changes: [change('clear/clear-store.ts', "if (grant.generation !== generation) return { kind: 'moved' };", '')],
    killer: model('2 clears, 1 optIns, 1 crashes'),
  },
  {
    guard: 'join',
    changes: [change('clear/clear-store.ts', "if (grant.state === 'clearing') return { kind: 'clearing', generation: grant.generation };", "if (grant.state === 'clearing') return { kind: 'nothing' };")],
    killer: model('1 uses, 2 clears'),
  },
  {
    guard: 'join: it draws no number of its own',
    changes: [change('clear/clear-store.ts', "if (grant.state === 'clearing') return { kind: 'clearing', generation: grant.generation };", '')],
    killer: test('clear/clear.test.ts', 'answers the same to all who press it at the same time'),
  },
  {
    guard: 'final cas',
    changes: [
      change('clear/clear-store.ts', 'if (grant?.generation !== generation) return null;', 'if (!grant) return null;'),
      change('clear/clear-store.ts', "if (grant.state !== 'clearing') return {", "if (grant.state === 'cleared') return {"),
    ],
    killer: model('2 clears, 1 optIns, 1 crashes'),
  },
  {
    guard: 'final cas: of its own Clear only',
    changes: [change('clear/clear-store.ts', 'if (grant?.generation !== generation) return null;', 'if (!grant) return null;')],
    killer: test('tests/model/operations.test.ts', 'the end of a Clear that came late does not end a newer Clear'),
  },
  {
    guard: 'sweep',
    changes: [change('maintain.ts', '() => findAbandonedClears(context)', 'async () => []')],
    killer: test('clear/clear.test.ts', 'is finished by another instance when its owner died'),
  },
  {
    guard: 'sweep: finds it',
    changes: [change('clear/clear-store.ts', ".where('clearing_since', '<', sql<Date>`clock_timestamp()", ".where('clearing_since', '>', sql<Date>`clock_timestamp()")],
    killer: model('2 clears, 1 optIns, 1 crashes'),
  },
  {
    guard: 'erase',
    changes: [change('clear/clear-store.ts', ".with('token_set', () => deleteTokenSet(trx, key))", '')],
    killer: model('2 optIns, 1 clears, 1 crashes'),
  },
  {
    guard: 'pending: a consent by another login waits',
    changes: [change('opt-in/consent-store.ts', 'const isAnothers = await isOfAnotherLogin(context, trx, key, login);', 'const isAnothers = await isOfAnotherLogin(context, trx, key, login) && false;')],
    killer: model(waiting),
  },
  {
    guard: 'pending: an older consent does not take the place of a newer one',
    changes: [change('opt-in/consent-store.ts', 'if (number <= grant.generation || (isAnothers && pending !== null && pending.number > number)) {', 'if (number <= grant.generation) {')],
    killer: model(waiting),
  },
  {
    guard: 'pending: what waits and is newer stays',
    changes: [change('opt-in/consent-store.ts', 'if (pending !== null && pending.number < number) await', 'if (pending !== null) await')],
    killer: model(waiting),
  },
  {
    guard: 'pending: a newer consent that lives ends what waits',
    changes: [change('opt-in/consent-store.ts', "if (pending !== null && pending.number < number) await endPending(context, trx, key, grant.generation, 'replaced');", '')],
    killer: model(waiting),
  },
  {
    guard: 'pending: a decision is about its own number',
    changes: [change(pendingStore, ".where('number', '=', number).where('expires_at', '>', now)", ".where('expires_at', '>', now)")],
    killer: model(waiting),
  },
  {
    guard: 'pending: a decision comes in time',
    changes: [change(pendingStore, ".where('number', '=', number).where('expires_at', '>', now)", ".where('number', '=', number)")],
    killer: model(waiting),
  },
  {
    guard: 'pending: only once its time is over a worker ends it',
    changes: [
      change(pendingStore, ".where('expires_at', '<=', clock.now()).orderBy", '.orderBy'),
      change(pendingStore, 'if (grant && row && row.expires_at <= clock.now()) await', 'if (grant && row) await'),
    ],
    killer: model(waiting),
  },
  {
    guard: 'pending: looked at again before a worker ends it',
    changes: [change(pendingStore, 'if (grant && row && row.expires_at <= clock.now()) await', 'if (grant && row) await')],
    killer: schedules('a grant beside a consent that ran out'),
  },
  {
    guard: 'pending: Clear destroys it',
    changes: [change('clear/clear-store.ts', "await endPending(context, trx, key, generation, 'cleared');", '')],
    killer: model(waiting),
  },
  {
    guard: 'pending: Clear forgets the login',
    changes: [change('clear/clear-store.ts', ".with('login', () => deleteLogin(trx, key))", '')],
    killer: model(waiting),
  },
  {
    guard: 'pending: the confirmed login is the one to compare with',
    changes: [change('opt-in/consent-store.ts', 'await writeLogin(context, trx, key, number,', 'if (!confirmedBy) await writeLogin(context, trx, key, number,')],
    killer: test('opt-in/pending.test.ts', 'becomes the living one when an admin confirms, once; running uses of the one before are over'),
  },
  {
    guard: 'pending: it opens in its own place only',
    changes: [change(pendingStore, 'version: 0, pending: true };', 'version: 0 };')],
    killer: test('opt-in/pending.test.ts', 'is in the database in no form that anything but the decision opens'),
  },
  {
    guard: 'locks: whoever changes a grant keeps others out',
    changes: [change('grant/grant-store.ts', "(mode === 'share' ? query.forShare() : query.forUpdate())", "(mode === 'share' ? query.forShare() : query)")],
    killer: schedules('an authorized grant'),
  },
  {
    guard: 'locks: whoever relies on a grant keeps changes out',
    changes: [change('grant/grant-store.ts', "(mode === 'share' ? query.forShare() : query.forUpdate())", "(mode === 'share' ? query : query.forUpdate())")],
    killer: schedules('an authorized grant'),
  },
];

/** The source with the change made. Throws when its text does not stand there exactly once. */
export function applyChange(source: string, { file, from, to }: Change): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`${file} holds this ${parts.length - 1} times, and not once: ${from}`);
  return parts.join(to);
}
