import type { FastifyReply, FastifyRequest } from 'fastify';
import { BadRequest, NotFound, Problem, TooLarge, TooManyRequests } from '../errors/index.js';
import type { Html } from '../html/index.js';
import { sendPage } from './page.js';

/** How one server words its problems. */
export interface ProblemAnswers {
  /** The page for a person; it may show the request's id, never a cause. */
  renderProblem(problem: Problem, request: FastifyRequest): Html;
  /** Answers itself where a page would be wrong (machine interfaces, a redirect to sign-in); `false` leaves it to the page. */
  answerProblem?(problem: Problem, request: FastifyRequest, reply: FastifyReply): boolean | Promise<boolean>;
}

/** The one place where something thrown becomes an answer. */
export async function answerThrown(answers: ProblemAnswers, thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const problem = toProblem(thrown);
  if (problem.status >= 500) request.log.error({ err: thrown, request: request.id, route: request.routeOptions.url }, 'request failed');
  if (problem instanceof TooManyRequests) reply.header('retry-after', String(problem.retryAfterSeconds));
  try {
    if (await answers.answerProblem?.(problem, request, reply)) return;
    await sendPage(reply, answers.renderProblem(problem, request), { status: problem.status });
  } catch (failure) {
    // Nobody waits for the answer to a malformed address: what is thrown here would end the process.
    request.log.error({ err: failure, request: request.id }, 'a problem has no page');
    if (!reply.sent) await reply.code(problem.status).type('text/plain; charset=utf-8').send(`${problem.heading}. ${problem.message}\n`);
  }
}

/** What the framework throws, in our words. Everything unknown is a fault of ours: 500, its message unseen. */
function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : 500;
  switch (status) {
    case 413: return new TooLarge('What was sent is larger than the 1 MB that this server takes. Send less at once.');
    case 404: return new NotFound();
    case 415: return new Problem(415, 'This cannot be read', 'This address does not take content of that type.', { cause: thrown });
  }
  if (isUnstorable(thrown)) return new BadRequest('What was sent holds a NUL character, which cannot be stored. Remove it and try once more.', { cause: thrown });
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new BadRequest('The request is malformed. Go back, load the page again and try once more.', { cause: thrown });
  }
  return new Problem(500, 'Something went wrong here', 'The server made a mistake. Nothing you did was wrong; try again.', { cause: thrown });
}

/** PostgreSQL's character_not_in_repertoire and untranslatable_character: text with NUL in it, which only a request can have brought. */
function isUnstorable(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && (thrown.code === '22021' || thrown.code === '22P05');
}
