import { UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable } from '@wayleave/ups-api';
import { judgeRefresh } from '../../token/judgement.js';
import { nameOf, type InstanceState, type Refresh } from './state.js';
import type { Step, Turn } from './turn.js';
import { at, leaseArguments } from './use-moves.js';

/** An instance's refresh: claimed, sent under its lease, its outcome written whenever the instance comes to it. */
export function refreshMoves(turn: Turn): void {
  const { state, summary } = turn;
  state.instances.forEach((instance, i) => {
    const { id, lease, refresh } = instance;
    const isRecovery = summary.redemption?.phase === 'uncertain';
    if (refresh === null) {
      if (!lease?.live || (isRecovery ? state.left.recoveries : state.left.refreshes) <= 0) return;
      turn.add(`${id} claims the refresh token`, (step) => {
        const { out } = step.run('claim', leaseArguments(instance, lease));
        if (out.kind !== 'claimed') return;
        if (out.recovery) step.state.left.recoveries -= 1;
        else step.state.left.refreshes -= 1;
        at(step.state.instances, i).refresh = {
          phase: 'claimed', generation: out.generation, version: out.version, consent: out.consent, n: out.n, recovery: out.recovery, late: false, isCovered: true,
        };
      });
      return;
    }
    if (!refresh.late) turn.add(`${id}'s refresh runs out by its own clock`, (step) => runOut(step, at(step.state.instances, i)));
    switch (refresh.phase) {
      case 'claimed':
        return turn.add(`${id} posts ${nameOf(refresh)}`, (step) => post(step, at(step.state.instances, i)));
      case 'sent':
        return;
      case 'issued':
        return turn.add(`${id} stores the pair after ${nameOf(refresh)}`, (step) => store(step, at(step.state.instances, i), refresh));
      default:
        return turn.add(`${id} settles ${nameOf(refresh)}: ${refresh.phase}`, (step) => settle(step, at(step.state.instances, i), refresh));
    }
  });
  const { redemption } = summary;
  if (redemption?.phase !== 'pending') return;
  const owner = state.instances.find(({ id }) => id === redemption.owner)?.refresh;
  if (!redemption.ranOut && (!owner || owner.late)) {
    turn.add('the claim runs out by the database\'s clock', (step) => {
      if (summary.pair) note(step.state.past.lost, nameOf(summary.pair));
      step.run('runOut', undefined);
    });
  }
  if (redemption.ranOut) turn.add('a worker notes that a claim ran out', (step) => void step.run('expire', undefined));
}

/** UPS takes a refresh that is on its way. A token is good once, and not after its consent was voided. */
export function upsMoves(turn: Turn): void {
  const { left } = turn.state;
  turn.state.posts.forEach((post, p) => {
    const answer = (phase: Refresh['phase'], isSpent: boolean) => (step: Step) => {
      step.state.posts.splice(p, 1);
      if (isSpent) note(step.state.spent, nameOf(post));
      const waiting = step.state.instances.find(({ id }) => id === post.instance)?.refresh;
      if (waiting) waiting.phase = phase;
    };
    const isGood = !turn.state.spent.includes(nameOf(post)) && !turn.state.voided.includes(post.consent);
    turn.add(`UPS answers ${nameOf(post)}`, answer(isGood ? 'issued' : 'refused', isGood));
    if (left.unclear > 0) {
      for (const isSpent of isGood ? [true, false] : [false]) {
        turn.add(`UPS fails at ${nameOf(post)}${isSpent ? ', which is spent' : ''}`, (step) => {
          step.state.left.unclear -= 1;
          answer('unclear', isSpent)(step);
          note(step.state.past.lost, nameOf(post));
        });
      }
    }
    if (left.kept > 0) {
      turn.add(`UPS throttles ${nameOf(post)}`, (step) => {
        step.state.left.kept -= 1;
        answer('kept', false)(step);
        step.state.past.sent = step.state.past.sent.filter((name) => name !== nameOf(post));
      });
    }
  });
}

/** Nobody waits any more: what UPS does with it, and whether it has, is not known. */
function runOut(step: Step, instance: InstanceState): void {
  const { refresh, id } = instance;
  if (!refresh) return;
  refresh.late = true;
  if (refresh.phase !== 'sent') return;
  refresh.phase = 'unclear';
  note(step.state.past.lost, nameOf(refresh));
  for (const post of step.state.posts) if (post.instance === id) post.instance = null;
}

function post(step: Step, instance: InstanceState): void {
  const { refresh, lease, id } = instance;
  if (!refresh) return;
  if (!lease?.live || !refresh.isCovered) {
    step.run('withdraw', { instance: id, ...claimArguments(refresh) });
    instance.refresh = null;
    return;
  }
  if (refresh.late) {
    refresh.phase = 'kept';
    return;
  }
  const { past, posts, instances } = step.state;
  const name = nameOf(refresh);
  if (refresh.generation <= past.answered) step.break('V3 a refresh is sent after Clear answered');
  if (!refresh.recovery && past.sent.includes(name)) step.break('V1 a refresh token is sent twice, and not to recover a lost answer');
  if (instances.some((other) => other.refresh?.phase === 'sent' && nameOf(other.refresh) === name)) step.break('V1 a refresh token is sent twice at a time');
  if (past.unconfirmed.includes(refresh.consent)) step.break('V2 a refresh token is sent that no admin confirmed');
  note(past.sent, name);
  refresh.phase = 'sent';
  posts.push({ consent: refresh.consent, n: refresh.n, instance: id });
}

function store(step: Step, instance: InstanceState, refresh: Refresh): void {
  const { past } = step.state;
  const before = step.summary;
  instance.refresh = null;
  const { out, neverStored } = step.run('storeRefreshed', { instance: instance.id, ...claimArguments(refresh), isOther: past.others.includes(refresh.consent) });
  const isLiving = before.generation === refresh.generation && before.version === refresh.version;
  if (out === 'stored') {
    if (refresh.consent < past.newest) step.break('V2 a refresh of an older consent replaced the newest');
    if (refresh.generation <= past.answered || before.state === 'clearing') step.break('V3 a pair is stored after Clear');
    if (!isLiving) step.break('V2 a pair is stored over another version');
    if (instance.lease?.generation === refresh.generation) Object.assign(instance.lease, { version: refresh.version + 1, ...step.summary.pair });
  } else {
    if (isLiving && (before.state === 'authorized' || before.state === 'needs-opt-in')) step.break('V5 a good pair of the living consent is thrown away');
    if (neverStored !== 1) step.break('V3 a pair that was destroyed unstored is not in the grid');
  }
}

function settle(step: Step, instance: InstanceState, refresh: Refresh): void {
  const claim = { instance: instance.id, ...claimArguments(refresh) };
  instance.refresh = null;
  const judgement = judgeRefresh(errorOf(refresh));
  if (judgement.token === 'kept') return void step.run('noteKept', claim);
  if (judgement.token === 'unknown') return void step.run('noteUnknown', claim);
  kill(step, refresh, () => {
    if (step.run('void', claim).out && instance.lease?.generation === refresh.generation) instance.lease.live = false;
  });
}

/** Ends a grant, and looks whether it was UPS that ended it. */
function kill(step: Step, refresh: Refresh, run: () => void): void {
  const before = step.summary;
  run();
  if (step.summary.state !== 'needs-opt-in' || before.state !== 'authorized') return;
  const isOurs = step.state.past.lost.includes(nameOf(refresh));
  if (refresh.consent < step.state.past.newest) step.break('V2 the refusal of an older consent ended the newest');
  else if (before.pair?.n !== refresh.n) step.break('V5 a late refusal ended a newer pair');
  else if (!step.state.voided.includes(refresh.consent) && !isOurs) step.break('V5 a grant that UPS honours is ended');
  else if (!refresh.recovery && isOurs && !step.state.voided.includes(refresh.consent)) step.break('V5 a lost answer is not named as the reason');
}

function claimArguments({ generation, version, consent, n, recovery }: Refresh) {
  return { generation, version, consent, n, recovery };
}

/** Made once: an error that notes where it was made takes longer than the step it is for. */
const errors = {
  refused: new UpsRefused('refresh', 400, [{ code: '10400', message: 'Invalid Refresh Token' }]),
  failed: new UpsUnreadable(503, 'it is a 5xx'),
  unanswered: new UpsUnreachable(true),
  unsent: new UpsUnreachable(false),
  throttled: new UpsThrottled(null),
};

function errorOf({ phase, late }: Refresh): Error {
  if (phase === 'refused') return errors.refused;
  if (phase === 'unclear') return late ? errors.unanswered : errors.failed;
  return late ? errors.unsent : errors.throttled;
}

function note(list: string[], name: string): void {
  if (!list.includes(name)) list.splice(0, list.length, ...[...list, name].sort());
}
