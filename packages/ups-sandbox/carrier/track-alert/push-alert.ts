import { trackAlertUserAgent } from '@wayleave/ups-api/wire';
import type { AlertPush } from './alert-push-store.js';

const timeoutMs = 10_000;

/**
 * Posts one event as UPS does (UPSTrackAlert.yaml, webhooks): the client id as `x-api-key`, UPS's user agent, no signature.
 * True when the answer was 200 within ten seconds. Redirects are not followed and the answer's body is not read.
 */
export async function pushAlert({ url, clientId, body }: AlertPush, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': clientId, 'user-agent': trackAlertUserAgent },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
