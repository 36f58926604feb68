import type { Place } from './place.js';
import { seededRandom, seedOf, type Random } from './random.js';

/** Who sends or receives: nobody who exists. `account` is the shipper account, where there is one. */
export interface Party {
  readonly name: string;
  readonly attention: string;
  readonly phone: string;
  readonly email: string;
  readonly streetNumber: string;
  readonly streetName: string;
  readonly streetType: string;
  readonly place: Place;
  readonly residential: boolean;
  readonly account: string | null;
}

const firstWords = ['Alder', 'Birch', 'Cedar', 'Dover', 'Elm', 'Fenwick', 'Garnet', 'Hollow', 'Iris', 'Juniper', 'Kestrel', 'Linden', 'Marsh', 'Northgate', 'Orchard', 'Prairie', 'Quarry', 'Rowan', 'Sable', 'Tamarack'];
const trades = ['Clinic', 'Books', 'Dental', 'Instruments', 'Paper Co', 'Supply', 'Optics', 'Bakery', 'Tools', 'Fabrics', 'Records', 'Labs', 'Garden Center', 'Cycles'];
const givenNames = ['A.', 'B.', 'C.', 'D.', 'E.', 'F.', 'G.', 'H.', 'J.', 'K.', 'L.', 'M.', 'N.', 'R.', 'S.', 'T.', 'V.', 'Y.'];
const familyNames = ['Osei', 'Lindqvist', 'Marchetti', 'Okafor', 'Nakamura', 'Delgado', 'Petrova', 'Haddad', 'Bergstrom', 'Quinn', 'Adeyemi', 'Castellano', 'Novak', 'Fitzgerald', 'Iyer', 'Moreau', 'Santos', 'Weber', "O'Neill", 'Müller'];
const streetNames = ['CANAL', 'HARBOR', 'MILL', 'ORCHARD', 'RIVER', 'STATION', 'UNION', 'WALNUT', '9TH', 'FOUNDRY'];
const streetTypes = ['ST', 'AVE', 'RD', 'BLVD', 'LN'];

/** A company with an account; the same number is always the same company. */
export function companyParty(account: string, place: Place, name?: string): Party {
  const random = seededRandom(seedOf('company', account));
  return party(random, { name: name ?? `${random.pick(firstWords)} ${random.pick(trades)}`, place, residential: false, account });
}

/** A receiver: half of them live where they receive. */
export function receiver(random: Random, place: Place): Party {
  const residential = random.chance(500);
  const name = residential ? `${random.pick(givenNames)} ${random.pick(familyNames)}` : `${random.pick(firstWords)} ${random.pick(trades)}`;
  return party(random, { name, place, residential, account: null });
}

function party(random: Random, fixed: Pick<Party, 'name' | 'place' | 'residential' | 'account'>): Party {
  const streetNumber = String(random.integer(1, 980));
  const streetName = random.pick(streetNames);
  return {
    ...fixed,
    attention: `${random.pick(givenNames)} ${random.pick(familyNames)}`,
    phone: `555${String(random.integer(1_000_000, 9_999_999))}`,
    email: `dock${streetNumber}@${streetName.toLowerCase()}.example`,
    streetNumber,
    streetName,
    streetType: random.pick(streetTypes),
  };
}
