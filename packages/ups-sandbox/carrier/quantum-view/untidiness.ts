import type { FiledRecord } from './filed-record.js';

type Loose = Readonly<Record<string, unknown>>;

const indicators: ReadonlySet<string> = new Set(['ResidentialAddressIndicator', 'SaturdayDelivery', 'ConsigneeBillIndicator']);

/**
 * The record as UPS writes it. Each number has habits of its own: indicators are an empty text or an empty object
 * (php-ups-api#191), a time of delivery loses its leading zeros, a last day of pickup comes with or without dashes, and what is
 * absent is an empty text where others have an object (UPS-API/api-documentation#106).
 */
export function untidy({ list, record }: FiledRecord): Loose {
  const habit = habitOf(record);
  const loose = withIndicators(record, habit % 2 === 0 ? '' : {});
  if (list === 'Manifest') return untidyManifest(loose);
  return list === 'Delivery' ? untidyDelivery(loose, habit) : loose;
}

function untidyManifest(manifest: Loose): Loose {
  const [only] = manifest['Package'] as Loose[];
  return {
    ...manifest,
    Shipper: { ...manifest['Shipper'] as Loose, TaxIdentificationNumber: '' },
    Package: [{ ...only, PackageServiceOptions: only?.['PackageServiceOptions'] ?? { COD: '' } }],
  };
}

function untidyDelivery(delivery: Loose, habit: number): Loose {
  const { Time, LastPickupDate } = delivery as { Time: string; LastPickupDate?: string };
  const dashed = LastPickupDate === undefined ? {} : { LastPickupDate: habit % 3 === 0 ? LastPickupDate : LastPickupDate.replace(/^(....)(..)/, '$1-$2-') };
  return { ...delivery, Time: habit % 2 === 0 ? Time.replace(/^0{1,5}/, '') : Time, ...dashed };
}

function withIndicators(part: Loose, written: '' | Loose): Loose {
  return Object.fromEntries(Object.entries(part).map(([name, value]) => {
    if (indicators.has(name)) return [name, written];
    return [name, isPart(value) ? withIndicators(value, written) : value];
  }));
}

function habitOf(record: FiledRecord['record']): number {
  const number = 'TrackingNumber' in record ? record.TrackingNumber : (record as { LeadShipmentTrackingNumber?: string }).LeadShipmentTrackingNumber;
  return [...(number ?? '')].reduce((sum, character) => sum + character.charCodeAt(0), 0);
}

function isPart(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
