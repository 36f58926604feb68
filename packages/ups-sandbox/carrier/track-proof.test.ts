import { readTrackResponse, trackRequest, type TrackedPackage, type TrackParameters } from '@wayleave/ups-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, get, idh, pair, post, startMachineSite, tokens, type MachineSite } from '../tests/machine-site.js';
import { parcelThat, standingWorld } from '../tests/standing-world.js';

const names = { transId: 't-1', transactionSrc: 'test' };
const accounts = ['A1B2C3', 'W4Y135'];
const related = (account: string | null) => account !== null && accounts.includes(account);

describe('proof of delivery', () => {
  const world = standingWorld();
  let site: MachineSite;
  let access: string;
  beforeAll(async () => {
    site = await startMachineSite({ accounts });
    ({ access } = await tokens(site));
  });
  afterAll(() => site[Symbol.asyncDispose]());

  async function ask(inquiryNumber: string, options: Partial<TrackParameters> = {}, token = access): Promise<TrackedPackage> {
    const { path, headers } = trackRequest({ inquiryNumber, ...names, ...options });
    const { status, text } = await get(site, path, { ...headers, authorization: `Bearer ${token}` });
    const answer = readTrackResponse({ status, headers: {}, body: text });
    if (!answer.found) throw new Error('not found');
    expect(answer.unread).toEqual([]);
    return answer.packages[0]!;
  }

  const delivered = (mine: boolean, proof = 'prompt', photo = 'U', signed = true) => parcelThat(world, site.control.now(), (parcel, { delivery, nowMs }) =>
    delivery?.happening.statusCode === '011' && parcel.signed === signed && parcel.quirks.proof === proof && parcel.photo === photo && nowMs > delivery.reportedMs + 30 * 3_600_000
    && (mine ? related(parcel.account) : ![parcel.account, parcel.consignee.account, parcel.billTo.account].some(related))).parcel;

  it('gives signature and letter when they are asked for, and not otherwise', async () => {
    const { trackingNumber, consignee } = delivered(true);
    const plain = await ask(trackingNumber);
    expect(plain.proof).toMatchObject({ signature: null, letter: null });
    expect(plain.proof?.leftAt).toBeTruthy();
    expect(plain.shipment.relations).toContain('SHIPPER');
    const asked = await ask(trackingNumber, { returnSignature: true, returnPod: true });
    expect(asked.proof?.signature?.subarray(0, 4).toString('latin1')).toBe('\x89PNG');
    expect(asked.proof?.receivedBy).toBe(consignee.attention.split(' ').at(-1)!.toUpperCase());
  });

  it('sends the letter as UPS does: a broken tag, a stray one, a picture that is nowhere', async () => {
    const letter = (await ask(delivered(true).trackingNumber, { returnPod: true })).proof?.letter?.toString() ?? '';
    expect(letter).toContain('<mets ');
    expect(letter).toContain('</span></td>');
    expect(letter).toContain('src="./ups_logo.gif"');
    expect(letter).toContain(delivered(true).trackingNumber);
  });

  it('keeps signature, letter and photo from callers whose accounts have nothing to do with the parcel', async () => {
    const stranger = await ask(delivered(false).trackingNumber, { returnSignature: true, returnPod: true });
    expect(stranger.proof).toMatchObject({ signature: null, letter: null });
    expect(stranger.shipment.relations).toEqual([]);
    const { proof } = await ask(delivered(false, 'prompt', 'V', false).trackingNumber, { returnPod: true });
    expect(proof).toMatchObject({ letter: null, photo: { taken: true, disposition: 'V', image: null } });
  });

  it('shows a photo to the shipper without being asked, and one that cannot be seen to nobody', async () => {
    expect((await ask(delivered(true, 'prompt', 'V', false).trackingNumber)).proof?.photo?.image?.subarray(1, 4).toString()).toBe('PNG');
    expect((await ask(delivered(true, 'prompt', 'N', false).trackingNumber)).proof?.photo).toMatchObject({ taken: true, disposition: 'N', image: null });
  });

  it('counts the accounts of an application on its own, but tells it no relation', async () => {
    await site.control.registerApplication({ ...idh, displayName: 'X', redirectUris: [idh.redirectUri], accounts });
    const own = pair({ ...(await post(site, '/security/v1/oauth/token', { grant_type: 'client_credentials' }, basic(idh))) }).access;
    const shown = await ask(delivered(true).trackingNumber, { returnSignature: true }, own);
    expect(shown.proof?.signature).not.toBeNull();
    expect(shown.shipment.relations).toEqual([]);
  });

  it('has some letters a day late and some never', async () => {
    const never = delivered(true, 'never');
    expect((await ask(never.trackingNumber, { returnPod: true })).proof?.letter).toBeNull();
    const { parcel } = parcelThat(world, site.control.now(), ({ account, quirks, scans }, { delivery }) =>
      delivery === null && related(account) && quirks.proof === 'late' && scans.at(-1)?.happening.statusCode === '011');
    await site.control.advanceClock((parcel.scans.at(-1)?.reportedMs ?? 0) + 3_600_000 - site.control.now().getTime());
    ({ access } = await tokens(site));
    expect((await ask(parcel.trackingNumber, { returnPod: true })).proof).toMatchObject({ letter: null, leftAt: parcel.leftAt });
    await site.control.advanceClock(26 * 3_600_000);
    ({ access } = await tokens(site));
    expect((await ask(parcel.trackingNumber, { returnPod: true })).proof?.letter).not.toBeNull();
  });
});
