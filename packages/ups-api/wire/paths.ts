/** How much a Rating call answers: one service or all, without or with time in transit. */
export type RateOption = 'Rate' | 'Shop' | 'Ratetimeintransit' | 'Shoptimeintransit';

/** `enhanced` adds the delivery photo, who received the package, and a choice of events; for packages only. */
export type TrackAlertType = 'standard' | 'enhanced';

/** Paths of UPS's OAuth and data APIs, from the base URL; the kinds of service are parts of two of them. */
export const upsPaths = {
  authorize: '/security/v1/oauth/authorize',
  token: '/security/v1/oauth/token',
  refresh: '/security/v1/oauth/refresh',
  validateClient: '/security/v1/oauth/validate-client',
  trackDetails: '/api/track/v1/details',
  trackReference: '/api/track/v1/reference/details',
  trackShipment: '/api/track/v1/shipment/details',
  quantumView: '/api/quantumview/v3/events',
  rating: '/api/rating/v2409',
  timeInTransit: '/api/shipments/v1/transittimes',
  trackAlert: '/api/track/v2/subscription',
} as const;
