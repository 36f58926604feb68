import { listedAccounts, type Account } from './account.js';
import { journey, type Journey } from './journey.js';
import { drawKind, type JourneyKind, type SortedKind } from './journey-kind.js';
import type { Parcel } from './parcel.js';
import { receiver, type Party } from './party.js';
import { domesticPlaces, foreignPlaces, type Place } from './place.js';
import { drawQuirks, plainQuirks } from './quirks.js';
import { seededRandom, seedOf, type Random } from './random.js';
import { acrossBorder, neighbours, overLand } from './reach.js';
import { report } from './reporting.js';
import { drawReturn, returnKind, type ReturnService } from './return-service.js';
import { orderOf, serialOf, type Slot } from './serial.js';
import { services, type Service } from './service.js';
import { shipmentOf, type ShipmentSlots } from './shipment.js';
import { trackingNumber } from './tracking-number.js';

/** What the parcels of a shipment have in common. */
interface Consignment {
  readonly labelMinute: number;
  readonly service: Service;
  readonly sender: Party;
  readonly consignee: Party;
  readonly returnService: ReturnService | null;
  readonly billTo: Parcel['billTo'];
  readonly invoiceRemoval: boolean;
}

export interface ParcelMaker {
  /** The parcel of a slot, whole. */
  make(account: Account, slot: Slot): Parcel;
  /** How the parcel of a slot travels, without making it; what its service decides left out. */
  kindAt(account: Account, slot: Slot): SortedKind;
}

/** Makes parcels by arithmetic: the same seed, account and slot give the same parcel. `accountOf` finds receivers that have accounts, too. */
export function createParcelMaker(seed: number, accountOf: (number: string) => Account): ParcelMaker {
  const parcelRandom = (account: Account, { day, index }: Slot) => seededRandom(seedOf(seed, 'parcel', account.number, day, index));
  return {
    kindAt: (account, slot) => drawKind(parcelRandom(account, slot)),
    make(account, slot) {
      const shipment = shipmentOf(seed, account, slot);
      const common = consign(seededRandom(seedOf(seed, 'consignment', account.number, slot.day, shipment.firstIndex)), account, slot, accountOf);
      const random = parcelRandom(account, slot);
      const drawn = kindFor(drawKind(random), common.service, account);
      const kind = common.returnService === null ? drawn : returnKind(drawn);
      const plan = { kind, service: common.service, origin: common.sender.place, destination: common.consignee.place, labelDay: slot.day, labelMinute: common.labelMinute };
      return assemble({ account, slot, shipment, common, kind, random, travelled: journey(plan, random) });
    },
  };
}

function consign(random: Random, account: Account, slot: Slot, accountOf: (number: string) => Account): Consignment {
  const { place: origin } = account.party;
  if (account.courier) {
    return {
      labelMinute: Math.floor(slot.index * 1_440 / account.mostPerDay), service: services.courier, sender: account.party, returnService: null,
      consignee: receiver(random, origin), billTo: { option: '01', account: account.number }, invoiceRemoval: false,
    };
  }
  const abroad = origin.country === 'US' && random.chance(50);
  const toAccount = !abroad && random.chance(150) ? accountOf(random.pick(listedAccounts)).party : null;
  const consignee = toAccount && toAccount.account !== account.number ? toAccount : receiver(random, random.pick(abroad ? foreignPlaces : domesticPlaces));
  const border = consignee.place.country !== origin.country;
  const payer = random.integer(1, 100);
  const consignment: Consignment = {
    labelMinute: random.integer(8 * 60, 17 * 60), service: serviceOver(random, origin, consignee.place), sender: account.party, consignee, returnService: null,
    billTo: payer > 92 && consignee.account ? { option: '02', account: consignee.account }
      : payer > 88 ? { option: '03', account: random.pick(listedAccounts) } : { option: '01', account: account.number },
    invoiceRemoval: border && random.chance(300),
  };
  const returnService = border || origin.country !== 'US' || consignee.account !== null ? null : drawReturn(random, consignment.service);
  return returnService === null ? consignment : { ...consignment, sender: consignee, consignee: account.party, returnService };
}

/** What Rating offers on the lane: nothing goes over an ocean by truck. */
function serviceOver(random: Random, from: Place, to: Place): Service {
  if (acrossBorder(from, to)) return neighbours(from, to) ? services.standard : services.expedited;
  const drawn = drawService(random);
  return drawn === services.threeDay && !overLand(from, to) ? services.secondDay : drawn;
}

function drawService(random: Random): Service {
  const draw = random.integer(1, 100);
  if (draw <= 60) return services.ground;
  if (draw <= 72) return services.secondDay;
  if (draw <= 84) return services.nextDay;
  if (draw <= 92) return services.threeDay;
  return draw <= 98 ? services.mailInnovations : services.freight;
}

/** The post office and freight have journeys of their own, once a parcel sets off at all. */
function kindFor(drawn: SortedKind, service: Service, account: Account): JourneyKind {
  if (account.courier) return 'courier';
  if (drawn === 'labelOnly' || drawn === 'voided') return drawn;
  if (service === services.mailInnovations) return 'post';
  return service === services.freight ? 'freight' : drawn;
}

function assemble(made: {
  account: Account; slot: Slot; shipment: ShipmentSlots; common: Consignment; kind: JourneyKind; random: Random; travelled: Journey;
}): Parcel {
  const { account, slot, shipment, common, kind, random, travelled } = made;
  const { service, sender, consignee, returnService } = common;
  const numberOf = (index: number) => trackingNumber(account.number, service.ratingCode, serialOf(account, { day: slot.day, index }));
  const signed = ['signed', 'courier', 'freight', 'held', 'accessPoint', 'notHomeTwice', 'wrongDoor'].includes(kind);
  const family = consignee.attention.split(' ').at(-1)?.toUpperCase() ?? '';
  const number = numberOf(slot.index);
  return {
    trackingNumber: number,
    account: account.number,
    kind,
    shipment: { leadTrackingNumber: shipment.firstIndex === slot.index ? number : numberOf(shipment.firstIndex), size: shipment.size, position: slot.index - shipment.firstIndex },
    labelDay: slot.day,
    pickupDay: travelled.pickupDay,
    service,
    weightPounds: `${service === services.freight ? random.integer(160, 900) : random.integer(1, 60)}.${random.integer(0, 9)}0`,
    dimensions: [random.integer(8, 30), random.integer(6, 20), random.integer(2, 18)],
    references: [
      { level: 'SHIPMENT', code: 'PO', value: `PO-${orderOf(account, { day: slot.day, index: shipment.firstIndex })}` },
      { level: 'PACKAGE', code: 'IK', value: `INV-${orderOf(account, slot)}` },
    ],
    shipper: account.party,
    sender,
    consignee,
    billTo: common.billTo,
    origin: sender.place,
    destination: consignee.place,
    scans: report(travelled.steps, random),
    promise: travelled.promise,
    leftAt: random.pick(consignee.residential ? ['Front Door', 'Porch', 'Garage', 'Side Door'] : ['Reception', 'Dock', 'Mail Room', 'Office']),
    receivedBy: signed ? family : random.pick(['', '', 'DRIVER RELEASE', 'RECEPTION', family]),
    signed,
    photo: signed || !consignee.residential || random.chance(400) ? 'U' : random.pick(['V', 'V', 'V', 'N']),
    accessPoint: travelled.pickUpBy === null ? null : { id: `U${random.integer(10_000_000, 99_999_999)}`, name: `${random.pick(['Corner', 'Station', 'Market'])} Store`, pickUpBy: travelled.pickUpBy },
    cashOnDelivery: random.chance(returnService === null ? 20 : 0) ? `${random.integer(5, 900)}.${random.integer(10, 99)}` : null,
    postalNumber: service === services.mailInnovations ? `9274${String(random.integer(0, 999_999_999)).padStart(9, '0')}${String(random.integer(0, 999_999_999)).padStart(9, '0')}` : null,
    returnService,
    invoiceRemoval: common.invoiceRemoval,
    quirks: kind === 'courier' ? plainQuirks : drawQuirks(random, service === services.mailInnovations),
    mailFails: random.chance(150),
  };
}
