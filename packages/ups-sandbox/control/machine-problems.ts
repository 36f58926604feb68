import { InvalidForm, TooManyRequests, type Problem } from '@wayleave/platform/errors';
import type { UnreadableStatus } from '@wayleave/platform/http';
import { errorEnvelope, upsPaths, type ErrorEnvelope } from '@wayleave/ups-api/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxSettings } from '../config/settings.js';
import { UpsRefusal } from '../ups-refusal.js';
import { isMachinePath, pathOf } from './machine-route.js';

/**
 * Answers a problem of the machine interfaces in UPS's error envelope, and one of the control interface as plain JSON.
 * False for everything else, which gets a page.
 */
export function answerMachineProblem(settings: SandboxSettings, problem: Problem, request: FastifyRequest, reply: FastifyReply): boolean {
  const path = pathOf(request.url);
  if (path.startsWith('/control/')) {
    const fields = problem instanceof InvalidForm ? { fields: problem.fields } : {};
    reply.code(problem.status).header('cache-control', 'no-store').send({ error: problem.message, ...fields });
    return true;
  }
  if (!isMachinePath(path)) return false;
  const { code, message } = problem instanceof UpsRefusal ? problem : refusalOf(problem, path, request.routeOptions.bodyLimit);
  const { response } = errorEnvelope(code, message);
  const retryAfter = problem instanceof UpsRefusal || problem instanceof TooManyRequests ? problem.retryAfterSeconds : undefined;
  if (retryAfter !== undefined && settings.current().retryAfterHeader) reply.header('retry-after', String(retryAfter));
  else reply.removeHeader('retry-after');
  if (path.startsWith(upsPaths.authorize)) {
    reply.header('errorcode', code).header('errordescription', response.errors[0]?.message ?? '');
  }
  const beside = problem instanceof UpsRefusal ? problem.beside : {};
  // Time in Transit answers its errors bare (TimeInTransit.yaml).
  const envelope = path.startsWith(upsPaths.timeInTransit) ? response : { ...beside, response };
  // What is not a form is a bad request in UPS's list, where 415 does not occur.
  reply.code(problem.status === 415 ? 400 : problem.status).header('cache-control', 'no-store').type('application/json').send(envelope);
  return true;
}

/** UPS's envelope for what never became a request, whatever it asked for: nobody can tell whether a page was meant. */
export function unreadableEnvelope(status: UnreadableStatus): ErrorEnvelope {
  const messages: Readonly<Record<UnreadableStatus, string>> = {
    400: 'The request is not well formed', 408: 'The request did not arrive in time', 431: 'The headers of the request are too large',
  };
  return errorEnvelope('10400', messages[status]);
}

/** UPS's words for what is refused before any endpoint looked at it: the problem's own are those of a page. */
function refusalOf({ status, message }: Problem, path: string, bodyLimit: number | undefined): { code: string; message: string } {
  switch (status) {
    case 404: return { code: '10404', message };
    case 405: return { code: '405', message };
    case 413: return { code: '10400', message: `The request is larger than ${bodyLimit} bytes` };
    // OAuth's list of codes has no other for it.
    case 415: return { code: path.startsWith('/api/') ? '10007' : '10400', message: 'Requested Content Type is not supported' };
    case 429: return { code: '10429', message: 'Too Many Requests' };
    default: return status >= 500
      ? { code: '10004', message: 'Something went wrong while processing your request, please try again later' }
      : { code: '10400', message: 'The request is not well formed' };
  }
}
