import { at } from './use-moves.js';
import type { Turn } from './turn.js';

/** Clear: pressed on a page that may be old, begun, waited for, finished; taken over when its owner is gone. */
export function clearMoves(turn: Turn): void {
  const { state, summary } = turn;
  state.instances.forEach(({ id, clear }, i) => {
    if (clear === null && state.left.clears > 0) {
      turn.add(`an admin sees generation ${summary.generation} and presses Clear at ${id}`, (step) => {
        step.state.left.clears -= 1;
        at(step.state.instances, i).clear = { phase: 'pressed', generation: summary.generation, newest: step.state.past.newest };
      }, { fromOutside: true });
    }
    if (clear?.phase === 'pressed') {
      turn.add(`${id} begins the Clear of generation ${clear.generation}`, (step) => {
        const mine = at(step.state.instances, i);
        const { past } = step.state;
        const { out, events } = step.run('beginClear', { generation: clear.generation });
        mine.clear = out.kind === 'clearing' ? { ...clear, phase: 'waiting', generation: out.generation } : null;
        if (events.includes('grant.clearing')) {
          past.clears += 1;
          if (clear.newest < past.newest) step.break('V2 a Clear of an older generation ended the newest consent');
        }
        if (out.kind === 'nothing') past.answered = Math.max(past.answered, summary.generation - 1);
      });
    }
    if (clear?.phase === 'waiting') {
      const isTimeOver = !state.instances.some(({ lease }) => lease?.live && lease.generation < clear.generation)
        && !state.wires.some(({ generation }) => generation < clear.generation);
      turn.add(`${id} finishes Clear ${clear.generation}`, (step) => {
        if (step.run('openLeases', { generation: clear.generation }).out > 0 && !isTimeOver) return;
        const before = step.summary;
        const { past } = step.state;
        const { out } = step.run('finishClear', { generation: clear.generation });
        at(step.state.instances, i).clear = null;
        if (out) past.answered = Math.max(past.answered, clear.generation - 1);
        if (step.summary.state !== 'cleared' || before.state === 'cleared') return;
        if (before.state !== 'clearing') step.break('V2 the end of a Clear buried a newer consent');
        past.answered = Math.max(past.answered, before.generation - 1);
      });
    }
  });
  if (summary.state !== 'clearing' || state.instances.some(({ clear }) => clear?.phase === 'waiting')) return;
  state.instances.forEach(({ id, clear }, i) => {
    if (clear !== null) return;
    turn.add(`${id} takes the Clear over`, (step) => {
      const { out: [generation] } = step.run('abandoned', undefined);
      if (generation !== undefined) at(step.state.instances, i).clear = { phase: 'waiting', generation, newest: 0 };
    });
  });
}

/** A changed password, a rotation of the master key in its three steps, and processes that are killed. */
export function outsideMoves(turn: Turn): void {
  const { state } = turn;
  if (state.left.voids > 0) {
    turn.add('somebody changes the password at UPS.com', (step) => {
      step.state.left.voids -= 1;
      step.state.voided = Array.from({ length: step.state.past.consents }, (_, consent) => consent + 1);
    }, { fromOutside: true });
  }
  if (state.rotation === 'not begun' && state.left.rotations > 0) {
    turn.add('a rotation of the master key begins', (step) => {
      step.state.rotation = 'under way';
      step.run('beginRotation', undefined);
    }, { fromOutside: true });
  }
  if (state.rotation === 'under way') {
    turn.add('the rotation wraps the data key anew', (step) => void step.run('rewrap', undefined), { fromOutside: true });
    turn.add('the rotation retires the old key', (step) => {
      if (step.run('retire', undefined).out) step.state.rotation = 'done';
    }, { fromOutside: true });
  }
  if (state.left.crashes <= 0) return;
  state.instances.forEach(({ id, lease, use, refresh, clear }, i) => {
    if (!lease && !use && !refresh && !clear) return;
    turn.add(`${id} is killed`, (step) => {
      step.state.left.crashes -= 1;
      if (refresh?.phase === 'sent' || refresh?.phase === 'issued' || refresh?.phase === 'refused' || refresh?.phase === 'unclear') {
        const { lost } = step.state.past;
        const name = `${refresh.consent}.${refresh.n}`;
        if (!lost.includes(name)) lost.push(name);
        lost.sort();
      }
      for (const post of step.state.posts) if (post.instance === id) post.instance = null;
      step.state.instances[i] = { id: `${id.charAt(0)}${Number(id.slice(1)) + 1}`, lease: null, use: null, refresh: null, clear: null };
    }, { fromOutside: true });
  });
}
