import { expect, it } from 'vitest';
import { errorEnvelope } from './error-envelope.js';

it('an error of UPS has no apostrophe: its own Python and PHP SDKs take one for a quotation mark', () => {
  expect(errorEnvelope('10400', "It isn't 'right'")).toEqual({ response: { errors: [{ code: '10400', message: 'It isnt right' }] } });
});
