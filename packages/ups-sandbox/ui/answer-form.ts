import { InvalidForm, TooManyRequests } from '@wayleave/platform/errors';
import type { FastifyReply } from 'fastify';
import type { FieldErrors } from './form.js';

/**
 * Runs what a form asks for. A wrong field, or too many tries, shows the form again with the sentence at its field
 * (`general` for tries): 422 or 429. Everything else that is thrown goes on to the error page.
 */
export async function answerForm(
  reply: FastifyReply, general: string, work: () => Promise<FastifyReply>, show: (errors: FieldErrors, status: number) => FastifyReply | Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidForm) return show(error.fields, error.status);
    if (!(error instanceof TooManyRequests)) throw error;
    reply.header('retry-after', String(error.retryAfterSeconds));
    return show({ [general]: error.message }, error.status);
  }
}
