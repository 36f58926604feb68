/** `code` is Track's three-digit name of a service, `ratingCode` the two digits that Rating, labels and Quantum View use. */
export interface Service {
  readonly code: string;
  readonly levelCode: string;
  readonly ratingCode: string;
  readonly description: string;
}

export const services = {
  ground: { code: '518', levelCode: '003', ratingCode: '03', description: 'UPS Ground' },
  threeDay: { code: '339', levelCode: '012', ratingCode: '12', description: 'UPS 3 Day Select' },
  secondDay: { code: '344', levelCode: '002', ratingCode: '02', description: 'UPS 2nd Day Air' },
  nextDay: { code: '515', levelCode: '001', ratingCode: '01', description: 'UPS Next Day Air' },
  courier: { code: '596', levelCode: '014', ratingCode: '14', description: 'UPS Next Day Air Early' },
  standard: { code: '334', levelCode: '011', ratingCode: '11', description: 'UPS Standard' },
  // Its three digits and those of its level are ours.
  expedited: { code: '536', levelCode: '008', ratingCode: '08', description: 'UPS Worldwide Expedited' },
  mailInnovations: { code: '550', levelCode: '093', ratingCode: '93', description: 'UPS Ground Saver' },
  freight: { code: '591', levelCode: '308', ratingCode: '96', description: 'UPS Worldwide Express Freight' },
} as const satisfies Record<string, Service>;

/** Business days from pickup to the promised day, without customs; `groundDays` are the lane's. */
export function transitDays(service: Service, groundDays: number): number {
  switch (service) {
    case services.nextDay: return 1;
    case services.secondDay: return 2;
    case services.threeDay: return 3;
    case services.courier: return 0;
    case services.mailInnovations: return groundDays + 2;
    case services.freight: return groundDays + 1;
    default: return groundDays;
  }
}
