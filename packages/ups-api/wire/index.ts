export { ErrorEnvelope, errorEnvelope } from './error-envelope.js';
export { TokenResponse, upsPaths } from './oauth.js';
export { TrackActivity, TrackAddress, TrackPackage, TrackResponse, TrackStatus, trackingNotFound } from './tracking.js';
