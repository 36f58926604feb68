import { Type, type Static } from 'typebox';
import { list, part, text } from './shape.js';

/** POST /api/track/v2/subscription/{standard|enhanced}/package. A subscription lasts 14 days. */
export const PackageSubscriptionRequest = Type.Object({
  locale: Type.String(),
  countryCode: text,
  trackingNumberList: Type.Array(Type.String(), { maxItems: 100 }),
  eventPreferences: list(Type.String()),
});
export type PackageSubscriptionRequest = Static<typeof PackageSubscriptionRequest>;

/** What was subscribed to and what not. A 400 carries the second list beside the error envelope. */
export const PackageSubscriptionResponse = Type.Object({
  validTrackingNumbers: list(Type.String()),
  invalidTrackingNumbers: list(Type.String()),
});
export type PackageSubscriptionResponse = Static<typeof PackageSubscriptionResponse>;

/** POST /api/track/v2/subscription/{type}/account. It lasts until somebody deletes it. */
export const AccountSubscriptionRequest = Type.Object({
  locale: Type.String(),
  countryCode: text,
  shipperAccountNumber: Type.String(),
  subAccountType: list(Type.String()),
  subscriptionId: text,
  clientSubscriptionId: text,
});
export type AccountSubscriptionRequest = Static<typeof AccountSubscriptionRequest>;

/** `expiryDate` is `YYYY-MM-DD`, observed 9999-12-31. */
export const AccountSubscriptionResponse = Type.Object({ expiryDate: Type.String() });
export type AccountSubscriptionResponse = Static<typeof AccountSubscriptionResponse>;

/** The answer of DELETE /api/track/v2/subscription/{type}/account?shipper_account_number=. */
export const AccountUnsubscribeResponse = Type.Object({ message: Type.String() });
export type AccountUnsubscribeResponse = Static<typeof AccountUnsubscribeResponse>;

/**
 * What UPS posts to the registered URL. Absent values are often `""`. `descriptionCode`, the three-digit status code, is
 * in UPS's examples only, where its leading zero can get lost: it comes as a text or as a number.
 */
export const TrackAlertEvent = Type.Object({
  trackingNumber: Type.String({ pattern: '\\S' }),
  alternateTrackingNumber: text,
  localActivityDate: text, localActivityTime: text,
  gmtActivityDate: text, gmtActivityTime: text, gmtOffset: text,
  activityLocation: part(Type.Object({ city: text, stateProvince: text, postalCode: text, country: text })),
  activityStatus: Type.Object({
    type: text, code: text, description: text, descriptionCode: Type.Optional(Type.Union([Type.String(), Type.Integer({ minimum: 0, maximum: 999 })])),
  }),
  scheduledDeliveryDate: text,
  actualDeliveryDate: text, actualDeliveryTime: text,
  deliveryStartTime: text, deliveryEndTime: text, deliveryTimeDescription: text,
  deliveryPhoto: text,
  receivedBy: text,
});
export type TrackAlertEvent = Static<typeof TrackAlertEvent>;

/** What UPS's sender calls itself. */
export const trackAlertUserAgent = 'UPSPubSubTrackingService';
