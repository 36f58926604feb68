import { InvalidForm, TooManyRequests, type Problem } from '@wayleave/platform/errors';
import { errorEnvelope, upsPaths } from '@wayleave/ups-api/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxSettings } from '../config/settings.js';
import { UpsRefusal } from '../ups-refusal.js';
import { isMachinePath } from './machine-route.js';

/**
 * Answers a problem of the machine interfaces in UPS's error envelope, and one of the control interface as plain JSON.
 * False for everything else, which gets a page.
 */
export function answerMachineProblem(settings: SandboxSettings, problem: Problem, request: FastifyRequest, reply: FastifyReply): boolean {
  if (request.url.startsWith('/control/')) {
    const fields = problem instanceof InvalidForm ? { fields: problem.fields } : {};
    reply.code(problem.status).header('cache-control', 'no-store').send({ error: problem.message, ...fields });
    return true;
  }
  if (!isMachinePath(request.url)) return false;
  const code = problem instanceof UpsRefusal ? problem.code : codeOf(problem);
  const { response } = errorEnvelope(code, problem.message);
  const retryAfter = problem instanceof UpsRefusal || problem instanceof TooManyRequests ? problem.retryAfterSeconds : undefined;
  if (retryAfter !== undefined && settings.current().retryAfterHeader) reply.header('retry-after', String(retryAfter));
  else reply.removeHeader('retry-after');
  if (request.url.startsWith(upsPaths.authorize)) {
    reply.header('errorcode', code).header('errordescription', response.errors[0]?.message ?? '');
  }
  const beside = problem instanceof UpsRefusal ? problem.beside : {};
  // Time in Transit answers its errors bare (TimeInTransit.yaml).
  const envelope = request.url.startsWith(upsPaths.timeInTransit) ? response : { ...beside, response };
  // What is not a form is a bad request in UPS's list, where 415 does not occur.
  reply.code(problem.status === 415 ? 400 : problem.status).header('cache-control', 'no-store').type('application/json').send(envelope);
  return true;
}

/** UPS's code for what is refused before any endpoint looked at it. */
function codeOf(problem: Problem): string {
  switch (problem.status) {
    case 404: return '10404';
    case 405: return '405';
    case 429: return '10429';
    default: return problem.status >= 500 ? '10004' : '10400';
  }
}
