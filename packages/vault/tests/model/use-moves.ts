import type { Turn } from './turn.js';
import type { InstanceState, Lease } from './state.js';

/** An instance's lease: taken, renewed, run out, given back, and swept when its holder is gone. */
export function leaseMoves(turn: Turn): void {
  const { state, summary } = turn;
  const { left } = state;
  const isWanted = left.uses > 0 || left.refreshes > 0 || (left.recoveries > 0 && summary.redemption !== null);
  state.instances.forEach((instance, i) => {
    const { id, lease } = instance;
    if (lease === null) {
      if (!isWanted) return;
      turn.add(`${id} takes a lease`, (step) => {
        const { out } = step.run('take', { instance: id });
        if (out.kind !== 'taken') return;
        at(step.state.instances, i).lease = { generation: out.generation, version: out.version, consent: out.consent, n: out.n, live: true };
      });
      return;
    }
    if (lease.live) {
      turn.add(`${id} renews its lease`, (step) => {
        const { out } = step.run('renew', leaseArguments(instance, lease));
        const mine = at(step.state.instances, i).lease as Lease;
        if (out.kind !== 'renewed') mine.live = false;
        else if (out.version > mine.version && step.summary.pair !== null) Object.assign(mine, { version: out.version, ...step.summary.pair });
      });
      turn.add(`${id}'s lease runs out by its own clock`, (step) => {
        (at(step.state.instances, i).lease as Lease).live = false;
      });
    } else if (!isOnItsWay(turn, id)) {
      turn.add(`${id} cuts its calls and gives its lease back`, (step) => {
        const mine = at(step.state.instances, i);
        step.run('giveBack', leaseArguments(instance, lease));
        mine.lease = null;
        if (mine.refresh?.phase === 'claimed') mine.refresh.isCovered = false;
        if (mine.use?.phase !== 'answered') mine.use = null;
      });
    }
  });
  for (const holder of new Set(summary.leases.map(({ instance }) => instance))) {
    const isLive = state.instances.some(({ id, lease }) => id === holder && lease?.live);
    if (isLive || isOnItsWay(turn, holder)) continue;
    turn.add(`the row of ${holder}'s lease is swept`, (step) => void step.run('removeLeases', { instance: holder }));
  }
}

/** A use: looked at, sent in the turn that looks again, answered, stored. */
export function useMoves(turn: Turn): void {
  const { state } = turn;
  state.instances.forEach((instance, i) => {
    const { id, lease, use } = instance;
    if (lease?.live && use === null && state.left.uses > 0) {
      turn.add(`${id} begins a use`, (step) => {
        step.state.left.uses -= 1;
        at(step.state.instances, i).use = { phase: 'checked', lease };
      });
    }
    if (use?.phase === 'checked') {
      turn.add(`${id} sends the use`, (step) => {
        const mine = at(step.state.instances, i);
        if (!mine.lease?.live || mine.lease.generation !== use.lease.generation) {
          mine.use = null;
          return;
        }
        if (use.lease.generation <= step.state.past.answered) step.break('V3 a use is sent after Clear answered');
        if (step.state.past.unconfirmed.includes(mine.lease.consent)) step.break('V2 a use is sent with tokens that no admin confirmed');
        mine.use = { ...use, phase: 'sent' };
        step.state.wires.push({ instance: id, generation: use.lease.generation });
      });
    }
    if (use?.phase === 'answered') {
      turn.add(`${id} stores what the use brought`, (step) => {
        at(step.state.instances, i).use = null;
        const { out } = step.run('store', leaseArguments(instance, use.lease));
        if (out.kind === 'stored' && use.lease.generation <= step.state.past.answered) step.break('V3 something is stored after Clear answered');
      });
    }
  });
  state.wires.forEach((wire, w) => {
    turn.add(`the use of ${wire.instance} arrives`, (step) => {
      step.state.wires.splice(w, 1);
      if (wire.generation <= step.state.past.answered) step.break('V3 a use arrives after Clear answered');
      const sender = step.state.instances.find(({ id }) => id === wire.instance);
      if (sender?.use?.phase === 'sent') sender.use.phase = 'answered';
    });
  });
}

function isOnItsWay({ state }: Turn, instance: string): boolean {
  return state.wires.some((wire) => wire.instance === instance);
}

export function leaseArguments({ id: instance }: InstanceState, { generation, version, consent, n }: Lease) {
  return { instance, generation, version, consent, n };
}

export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`there is no ${index}`);
  return found;
}
