import { expect, it } from 'vitest';
import { services } from '../../world/service.js';
import { isServiceCode, offers } from './offer.js';

it('a code of Rating means the same service in the world', () => {
  for (const { ratingCode, description } of Object.values(services)) {
    expect([description, isServiceCode(ratingCode)]).toEqual([description, true]);
    expect(offers.find(({ code }) => code === ratingCode)?.description ?? description).toBe(description);
  }
  // Rating.yaml, Shipment_Service.
  expect(services.freight.ratingCode).toBe('96');
});
