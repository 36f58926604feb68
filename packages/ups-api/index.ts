export type { Address } from './client/address.js';
export type { Decimal, Measure, Money } from './client/amount.js';
export { asksForRest, createBackOff, type BackOff, type BackOffLimits } from './client/back-off.js';
export { afterCalls, fewestCallsPerMinute, freeAt, freeCalls, shareCalls, slowDown, slowedCalls, type Slowing } from './client/budget.js';
export { UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable, type UpsCall, type UpsErrorCode } from './client/errors.js';
export type { UnreadField } from './client/fields.js';
export { parseDay, parseTime, type Day, type Instant, type Moment, type TimeOfDay, type WallClock } from './client/moment.js';
export {
  authorizationUrl, codeChallenge, codeExchangeRequest, readTokenResponse, refreshRequest, type ClientAuthentication, type TokenAnswer,
} from './client/oauth.js';
export type { DeliveryPhoto, Proof } from './client/proof.js';
export type {
  AnnouncedPackage, BillTo, CodedText, Contact, DeliveryRecord, ExceptionRecord, GenericRecord, ManifestRecord, NamedAddress, OriginRecord, QuantumRecord,
  Recipient, Reference,
} from './client/quantum-record.js';
export {
  quantumViewRequest, readQuantumViewResponse, type QuantumFile, type QuantumSubscription, type QuantumViewAnswer, type QuantumViewParameters,
  type SubscriptionCriteria,
} from './client/quantum-view.js';
export type { Charge, RateAlertText, RatedPackageAnswer, RatedShipmentAnswer, RateTransitAnswer } from './client/rated-shipment.js';
export { rateRequest, readRateResponse, type RateAddress, type RateAnswer, type RatePackage, type RateParameters, type RateParty } from './client/rating.js';
export { errorCodes } from './client/read.js';
export type { CallNames } from './client/request.js';
export {
  readTransitResponse, transitRequest, type TransitAnswer, type TransitChoice, type TransitLanePlace, type TransitParameters, type TransitPlace, type TransitTime,
} from './client/time-in-transit.js';
export { readTrackAlert, type TrackAlert } from './client/track-alert-event.js';
export {
  readAccountSubscribed, readAccountUnsubscribed, readPackagesSubscribed, subscribeAccountRequest, subscribePackagesRequest, trackAlertNumbersAtOnce,
  unsubscribeAccountRequest, type AlertEventKind, type PackagesSubscribed, type SubscribeAccount, type SubscribePackages,
} from './client/track-alert.js';
export type { DeliveryDay, DeliveryTime, Milestone, NamedNumber, PackageState, Scan, StatusWords, TrackedPackage } from './client/tracked-package.js';
export {
  authorize, readShipmentTrackResponse, readTrackResponse, referenceTrackRequest, shipmentTrackRequest, trackRequest, type ReferenceTrackParameters,
  type ShipmentPage, type TrackAnswer, type TrackFound, type TrackParameters,
} from './client/tracking.js';
export { createTransport, type CutSignal, type SendOptions, type Transport, type UpsRequest, type UpsResponse } from './client/transport.js';
export type { RateOption, TrackAlertType } from './wire/paths.js';
