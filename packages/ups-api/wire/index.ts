export { BareErrors, ErrorEnvelope, errorEnvelope, FaultEnvelope } from './error-envelope.js';
export { ClientTokenResponse, TokenResponse, ValidateClientResponse } from './oauth.js';
export { upsPaths, type RateOption, type TrackAlertType } from './paths.js';
export {
  QuantumDelivery, QuantumException, QuantumGeneric, QuantumManifest, QuantumOrigin, ManifestPackage, AddressArtifact, QuantumAddress, QuantumBillTo, QuantumReference, ScanPlace,
} from './quantum-view-records.js';
export { QuantumViewRequest, QuantumViewResponse } from './quantum-view.js';
export { ItemizedCharge, notQualifiedForNegotiatedRates, RateMoney, RateRequest, RateResponse, RatedPackage, RatedShipment, RateTransit } from './rating.js';
export { TimeInTransitRequest, TimeInTransitResponse, TransitCandidate, TransitService } from './time-in-transit.js';
export {
  AccountSubscriptionRequest, AccountSubscriptionResponse, AccountUnsubscribeResponse, PackageSubscriptionRequest, PackageSubscriptionResponse,
  trackAlertUserAgent, TrackAlertEvent,
} from './track-alert.js';
export {
  TrackActivity, TrackAddress, TrackDeliveryInformation, TrackMilestone, TrackPackage, TrackResponse, TrackShipment, TrackStatus, trackingNotFound,
} from './tracking.js';
