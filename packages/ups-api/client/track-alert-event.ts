import { TrackAlertEvent } from '../wire/track-alert.js';
import type { Address } from './address.js';
import { Fields, said, type UnreadField } from './fields.js';
import type { Day, Moment, TimeOfDay } from './moment.js';
import { readBody } from './read.js';

/**
 * One event that UPS pushed. A hint, no proof: UPS promises neither order nor repetition, and signs nothing. With type `D`
 * a package may only be on the vehicle; `deliveredAt` says when it was delivered.
 */
export interface TrackAlert {
  readonly trackingNumber: string;
  readonly alternateNumber: string | null;
  readonly moment: Moment;
  readonly place: Address | null;
  readonly status: { readonly type: string | null; readonly scanCode: string | null; readonly statusCode: string | null; readonly text: string | null };
  readonly scheduledDay: Day | null;
  readonly deliveredAt: { readonly day: Day | null; readonly time: TimeOfDay | null } | null;
  readonly window: { readonly from: TimeOfDay | null; readonly to: TimeOfDay | null; readonly text: string | null } | null;
  readonly receivedBy: string | null;
  readonly photo: Buffer | null;
  readonly unread: readonly UnreadField[];
}

/**
 * Reads the body that UPS posts to our address. Whoever receives it has looked at `x-api-key` and the bearer before, and
 * answers 200 whatever comes of it. Throws UpsUnreadable (status 0).
 */
export function readTrackAlert(body: string): TrackAlert {
  const wire = readBody(TrackAlertEvent, { status: 0, body }, 'track-alert-event');
  const fields = new Fields('', []);
  const { activityStatus: status, activityLocation: location } = wire;
  const moment = fields.zonedMoment(wire, {
    day: 'localActivityDate', time: 'localActivityTime', gmtDay: 'gmtActivityDate', gmtTime: 'gmtActivityTime', offset: 'gmtOffset',
  });
  const deliveredAt = { day: fields.day(wire, 'actualDeliveryDate'), time: fields.time(wire, 'actualDeliveryTime') };
  const window = { from: fields.time(wire, 'deliveryStartTime'), to: fields.time(wire, 'deliveryEndTime'), text: said(wire.deliveryTimeDescription) };
  return {
    trackingNumber: wire.trackingNumber.trim(),
    alternateNumber: said(wire.alternateTrackingNumber),
    moment,
    place: location === undefined ? null : {
      lines: [], district: null, city: said(location.city), state: said(location.stateProvince), postalCode: said(location.postalCode),
      country: said(location.country), residential: null,
    },
    status: { type: said(status.type), scanCode: said(status.code), statusCode: statusCode(status.descriptionCode), text: said(status.description) },
    scheduledDay: fields.day(wire, 'scheduledDeliveryDate'),
    deliveredAt: deliveredAt.day === null && deliveredAt.time === null ? null : deliveredAt,
    window: window.from === null && window.to === null && window.text === null ? null : window,
    receivedBy: said(wire.receivedBy),
    photo: fields.bytes(wire, 'deliveryPhoto'),
    unread: fields.unread,
  };
}

/** Three digits, also where a sender's YAML has made a number of them. */
function statusCode(given: string | number | undefined): string | null {
  return typeof given === 'number' ? String(given).padStart(3, '0') : said(given);
}
