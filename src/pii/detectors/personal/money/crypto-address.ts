import { ALPHANUMERIC, CLASSES, endOfRun, HEX, UNDERSCORE } from '../../../characters.js';
import type { Detector, Report } from '../../../detector.js';
import type { NumberGroups } from '../../../number-groups.js';
import { isBase58, versionOfAddress } from './base58.js';
import { passesBech32 } from './bech32.js';
import { IdContext } from '../identity/id-context.js';

const TYPE = 'crypto_address';
const SHORTEST_BECH32 = 39;
const LONGEST_BECH32 = 108;
const SHORTEST_BASE58 = 26;
const LONGEST_BASE58 = 35;
const ETHEREUM = 42;
const MONERO = 95;
/** Version bytes of addresses: Bitcoin, Litecoin, Dogecoin and Tron (SLIP-44 coins; chainparams of each). */
const VERSIONS = new Set([0x00, 0x05, 0x1e, 0x16, 0x30, 0x32, 0x41]);
const SECOND = Array.from('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz');
const CAPITALS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

const context = new IdContext();

/** Finds addresses in bech32: Bitcoin, Litecoin and Cardano (BIP 173 and BIP 350, SLIP-173, CIP-19). */
export const bech32Detector: Detector = {
  types: [TYPE],
  category: 'pii',
  anchor: { at: 'prefix', prefixes: ['bc1', 'BC1', 'tb1', 'ltc1', 'LTC1', 'addr1', 'stake1'] },
  detect(text, at, report) {
    const end = endOfRun(text, at, ALPHANUMERIC, LONGEST_BECH32 + 1);
    const length = end - at;
    if (length < SHORTEST_BECH32 || length > LONGEST_BECH32 || !isWhole(text, at, end)) {
      return at;
    }
    return passesBech32(text.slice(at, end)) && report(TYPE, at, end, 0.95) ? end : at;
  },
};

/** Finds addresses in base58check that begin with a letter: Tron, Litecoin and Dogecoin. */
export const base58Detector: Detector = {
  types: [TYPE],
  category: 'pii',
  anchor: {
    at: 'prefix',
    // The version decides how the second character may be.
    prefixes: [
      ...Array.from(CAPITALS, (second) => `T${second}`),
      ...SECOND.flatMap((second) => [`L${second}`, `M${second}`]),
      ...Array.from('56789ABCDEFGHJKLMNPQRSTU', (second) => `D${second}`),
    ],
  },
  detect: (text, at, report) => base58(text, at, report),
};

/**
 * Finds addresses that begin with a digit: Bitcoin (base58check), Ethereum (ERC-55: capitals are a check, and no hash is
 * written with both cases), Monero (95 signs of base58).
 */
export const digitLedAddressDetector: Detector = {
  types: [TYPE],
  category: 'pii',
  anchor: { at: 'mixed' },
  detect(text, at, report, groups) {
    switch (text.charAt(at)) {
      case '0':
        return ethereum(text, at, report, groups);
      case '1':
      case '3':
        return base58(text, at, report);
      case '4':
      case '8':
        return monero(text, at, report);
      default:
        return at;
    }
  },
};

function base58(text: string, at: number, report: Report): number {
  const end = endOfRun(text, at, ALPHANUMERIC, LONGEST_BASE58 + 1);
  const length = end - at;
  if (length < SHORTEST_BASE58 || length > LONGEST_BASE58 || !isWhole(text, at, end) || !isAllBase58(text, at, end)) {
    return at;
  }
  return VERSIONS.has(versionOfAddress(text.slice(at, end))) && report(TYPE, at, end, 0.95) ? end : at;
}

function ethereum(text: string, at: number, report: Report, groups: NumberGroups): number {
  if (text.charAt(at + 1) !== 'x' || endOfRun(text, at + 2, HEX, ETHEREUM - 1) !== at + ETHEREUM) {
    return at;
  }
  const end = at + ETHEREUM;
  const digits = text.slice(at + 2, end);
  const mixed = /[a-f]/.test(digits) && /[A-F]/.test(digits);
  if (!isWhole(text, at, end) || /^0+$/.test(digits)) {
    return at;
  }
  if (!mixed) {
    context.read(text, at, end, groups.scan);
    if (!context.names({ names: ['wallet'] }, text)) {
      return at;
    }
  }
  return report(TYPE, at, end, mixed ? 0.9 : 0.8) ? end : at;
}

/** A standard address begins with 4, a subaddress with 8 (Monero, cryptonote_config.h). */
function monero(text: string, at: number, report: Report): number {
  const end = endOfRun(text, at, ALPHANUMERIC, MONERO + 1);
  return end - at === MONERO && isWhole(text, at, end) && isAllBase58(text, at, end) && report(TYPE, at, end, 0.9)
    ? end
    : at;
}

function isWhole(text: string, start: number, end: number): boolean {
  const before = text.charAt(start - 1);
  return (
    ((CLASSES[text.charCodeAt(end)] as number) & (ALPHANUMERIC | UNDERSCORE)) === 0 &&
    before !== '_' &&
    before !== '+' &&
    text.charAt(end) !== '+' &&
    text.charAt(end) !== '='
  );
}

function isAllBase58(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if (!isBase58(text.charCodeAt(at))) {
      return false;
    }
  }
  return true;
}
