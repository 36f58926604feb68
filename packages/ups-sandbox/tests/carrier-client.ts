import type { UpsRequest, UpsResponse } from '@wayleave/ups-api';

/** Sends a request of our client to a stand-in, with an access token. */
export async function call(site: { readonly url: string }, access: string, { method, path, headers, body }: UpsRequest): Promise<UpsResponse> {
  const answer = await fetch(site.url + path, { method, headers: { ...headers, authorization: `Bearer ${access}` }, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}

/** Posts JSON, or any text, as no client of ours would. */
export async function postJson(site: { readonly url: string }, path: string, body: unknown, headers: Record<string, string>): Promise<UpsResponse> {
  const answer = await fetch(site.url + path, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}

/** UPS's error code and message, as `400 VSS300 Locale is required.` */
export function refused({ status, body }: UpsResponse): string {
  const { response } = JSON.parse(body) as { response?: { errors: { code: string; message: string }[] } };
  const [error] = response?.errors ?? [];
  return `${status} ${error?.code} ${error?.message}`;
}
