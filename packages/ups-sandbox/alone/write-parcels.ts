import { CommandError, progressLine } from '@wayleave/platform/command';
import { readSettings } from '@wayleave/platform/settings';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const newline = 10;
const barLength = 30;

/**
 * Writes the parcels of the stand-in that runs on this machine, at `UPSCOM_PORT`, a line of JSON each, and says on stderr how
 * far it is. Whoever reads may stop when it has enough. Throws SettingsError, and CommandError when the stand-in does not
 * answer, refuses the control token, or stops on the way.
 */
export async function writeParcels(env: NodeJS.ProcessEnv, out: Writable): Promise<void> {
  const { port, token } = readSettings(env, (settings) => ({
    port: settings.integer('UPSCOM_PORT', 4010, { min: 1, max: 65_535 }),
    token: settings.text('UPSCOM_CONTROL_TOKEN'),
  }));
  const asked = get({ port, host: '127.0.0.1', path: '/control/parcels?format=jsonl', headers: { authorization: `Bearer ${token}` } });
  const [answer] = (await once(asked, 'response').catch((error: unknown) => {
    throw new CommandError(`No stand-in answers on port ${port} of this machine. Start it, or set UPSCOM_PORT to its port.`, { cause: error });
  })) as [IncomingMessage];
  if (answer.statusCode === 401) throw new CommandError(`The stand-in on port ${port} refuses UPSCOM_CONTROL_TOKEN. Set it to the token that the stand-in was started with, or printed.`);
  if (answer.statusCode !== 200) throw new CommandError(`What runs on port ${port} answered ${answer.statusCode}. Set UPSCOM_PORT to the port of a stand-in.`);
  const about = Number(answer.headers['x-total-count']);
  const say = progressLine();
  let parcels = 0;
  const count = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      for (const byte of chunk) if (byte === newline) parcels += 1;
      say(progress(parcels, about));
      yield chunk;
    }
  };
  await pipeline(answer, count, out).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return;
    throw new CommandError(`The stand-in stopped after ${parcels.toLocaleString('en')} parcels.`, { cause: error });
  });
}

function progress(parcels: number, about: number): string {
  const share = Math.min(1, parcels / Math.max(1, about));
  return `[${'#'.repeat(Math.round(share * barLength)).padEnd(barLength, '-')}] ${Math.floor(share * 100)} %, ${parcels.toLocaleString('en')} of about ${about.toLocaleString('en')} parcels`;
}
