export { UpsRefused, UpsThrottled, UpsUnreachable, UpsUnreadable, type UpsCall, type UpsErrorCode } from './client/errors.js';
export {
  authorizationUrl, codeChallenge, codeExchangeRequest, readTokenResponse, refreshRequest, type ClientAuthentication, type TokenAnswer,
} from './client/oauth.js';
export { authorize, readTrackResponse, trackRequest, type PackageState, type Scan, type TrackAnswer, type TrackedPackage } from './client/tracking.js';
export { createTransport, type SendOptions, type Transport, type UpsRequest, type UpsResponse } from './client/transport.js';
