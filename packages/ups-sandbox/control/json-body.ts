import type { FastifyInstance } from 'fastify';

/** Takes JSON, and an empty body as none: clients send the content type of JSON with every request. `malformed` makes the error for anything else. */
export function takeJson(scope: FastifyInstance, malformed: () => Error): void {
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      return done(null, JSON.parse(String(body)) as unknown);
    } catch {
      return done(malformed());
    }
  });
}
