import { parseExposition, type Exposition } from './exposition.js';

export { parseExposition, type Exposition } from './exposition.js';

/** What a process shows at its metrics address, as Prometheus reads it. Throws for whatever is not its text format. */
export async function scrape(metricsUrl: URL): Promise<Exposition> {
  const answer = await fetch(metricsUrl);
  const type = answer.headers.get('content-type');
  if (answer.status !== 200 || type !== 'text/plain; version=0.0.4; charset=utf-8') throw new Error(`${answer.status} ${type}`);
  return parseExposition(await answer.text());
}
