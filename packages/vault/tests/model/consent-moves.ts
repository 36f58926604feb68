import type { Decision, OptIn } from './state.js';
import type { Step, Turn } from './turn.js';
import { at } from './use-moves.js';

/** Opt-ins: begun, come back, their code exchanged for as long as it takes, stored by whoever logged in at UPS.com. */
export function optInMoves(turn: Turn): void {
  const { state, summary } = turn;
  if (state.left.optIns > 0) {
    turn.add('an admin begins an opt-in', (step) => {
      step.state.left.optIns -= 1;
      const n = (step.state.past.begun += 1);
      step.run('beginOptIn', { optIn: n });
      step.state.optIns.push({ n, phase: 'begun', consent: 0, number: 0, lastClear: summary.lastClear, clears: 0, stale: false });
    }, { fromOutside: true });
  }
  state.optIns.forEach((optIn, o) => {
    const { n, phase, lastClear } = optIn;
    if (phase === 'begun') {
      turn.add(`opt-in ${n} comes back`, (step) => {
        const { out } = step.run('callback', { optIn: n });
        if (out.kind === 'clearing') return;
        if (out.kind !== 'consumed') return void step.state.optIns.splice(o, 1);
        const consent = (step.state.past.consents += 1);
        Object.assign(at(step.state.optIns, o), { phase: 'exchanging', consent, number: out.number, clears: step.state.past.clears, stale: summary.lastClear !== lastClear });
      });
      return;
    }
    turn.add(`opt-in ${n} is refused by UPS`, (step) => void step.state.optIns.splice(o, 1));
    const store = (isOther: boolean) => (step: Step) => {
      step.state.optIns.splice(o, 1);
      storeOptIn(step, optIn, isOther);
    };
    turn.add(`opt-in ${n} is stored`, store(false));
    if (state.left.others > 0) turn.add(`opt-in ${n}, by the other login, is stored`, store(true));
  });
}

function storeOptIn(step: Step, { consent, number, clears, stale }: OptIn, isOther: boolean): void {
  const { past, left } = step.state;
  if (isOther) {
    left.others -= 1;
    past.others = sorted([...past.others, consent]);
  }
  const before = step.summary;
  const isLiving = before.state === 'authorized' || before.state === 'needs-opt-in';
  const mustWait = isLiving && past.others.includes(past.newest) !== isOther;
  const { out, neverStored } = step.run('storeConsent', { number, consent, isOther });
  if (out.kind === 'superseded') {
    if (neverStored !== 1) step.break('V3 a pair that was destroyed unstored is not in the grid');
    const isNewest = consent > past.newest && !(mustWait && before.pending && before.pending.consent > consent);
    if (isNewest && clears === past.clears) step.break('V2 the newest consent was not stored');
    return;
  }
  if (consent < past.newest) step.break('V2 an older consent replaced a newer one');
  if (clears < past.clears || stale) step.break('V3 an opt-in that began before a Clear brought the grant back');
  if (mustWait !== (out.kind === 'pending')) step.break(`V2 a consent by ${mustWait ? 'another' : 'the same'} login was ${out.kind}`);
  const newer = before.pending && before.pending.consent > consent ? before.pending : null;
  if (out.kind === 'stored') {
    if (newer !== null && step.summary.pending?.number !== newer.number) step.break('V2 an older consent ended a newer one that waits');
    past.newest = Math.max(past.newest, consent);
    return;
  }
  if (newer !== null) step.break('V2 an older consent waits in place of a newer one');
  if (step.summary.pending?.consent !== consent) step.break('V2 another consent waits than the one that came');
  keepLiving(step, before);
  past.unconfirmed = sorted([...past.unconfirmed, consent]);
}

/** The consent that waits: decided about on a page that may be old, run out, ended. */
export function decisionMoves(turn: Turn): void {
  const { state, summary: { pending } } = turn;
  if (pending && !pending.ranOut && state.left.decisions > 0) {
    for (const kind of ['confirm', 'refuse'] as const) {
      turn.add(`an admin sees consent ${pending.consent} and presses ${kind}`, (step) => {
        step.state.left.decisions -= 1;
        step.state.decisions.push({ kind, number: pending.number, consent: pending.consent });
      }, { fromOutside: true });
    }
  }
  state.decisions.forEach((decision, d) => {
    turn.add(`"${decision.kind} ${decision.consent}" arrives`, (step) => {
      step.state.decisions.splice(d, 1);
      decide(step, decision);
    }, { fromOutside: true });
  });
  if (!pending) return;
  if (!pending.ranOut) turn.add(`consent ${pending.consent} has waited too long`, (step) => void step.run('runOutPending', undefined), { fromOutside: true });
  turn.add('a worker ends what has waited too long', (step) => {
    const before = step.summary;
    step.run('expirePending', undefined);
    if ((step.summary.pending === null) !== pending.ranOut) step.break('V4 a worker ends what waits at the wrong time');
    keepLiving(step, before);
  }, { fromOutside: true });
}

function decide(step: Step, { kind, number, consent }: Decision): void {
  const before = step.summary;
  const { past } = step.state;
  const isWaiting = before.pending?.number === number && !before.pending.ranOut;
  const { out } = step.run(kind, { number });
  if (out.kind === 'gone') {
    if (isWaiting) step.break('V2 an admin decided about what waits, and was not heard');
    return keepLiving(step, before);
  }
  if (!isWaiting) step.break('V2 a decision fell on what did not wait any more');
  if (step.summary.pending !== null) step.break('V2 what was decided about still waits');
  if (kind === 'refuse') return keepLiving(step, before);
  if (before.state !== 'authorized' && before.state !== 'needs-opt-in') step.break('V3 a confirmation brought a cleared grant back');
  if (consent < past.newest) step.break('V2 an older consent was confirmed over a newer one');
  if (step.summary.pair?.consent !== consent || step.summary.generation !== number) step.break('V2 another consent lives than the one that was confirmed');
  past.newest = Math.max(past.newest, consent);
  past.unconfirmed = past.unconfirmed.filter((other) => other !== consent);
}

/** What happens to a consent that waits is nothing to the living one. */
function keepLiving(step: Step, before: Step['summary']): void {
  const living = ({ state, generation, version, pair }: Step['summary']) => JSON.stringify([state, generation, version, pair]);
  if (living(step.summary) !== living(before)) step.break('V2 the living consent changed with one that waits');
}

function sorted(consents: readonly number[]): number[] {
  return [...consents].sort((a, b) => a - b);
}
