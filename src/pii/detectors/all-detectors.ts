import type { Detector } from '../detector.js';
import { assignmentDetector } from './secrets/assignment.js';
import { cardDetector } from './personal/money/card.js';
import { commandPasswordDetector } from './secrets/command-password.js';
import { composedKeyDetectors, facebookTokenDetector, telegramDetector } from './secrets/composed-keys.js';
import {
  authorizationDetector,
  authorizationFieldDetector,
  awsPairDetector,
  curlUserDetector,
  statementDetector,
  urlPasswordDetector,
} from './secrets/credentials.js';
import { kubernetesSecretDetector } from './secrets/kubernetes-secret.js';
import { callDetectors, elementDetector, optionDetector } from './secrets/named-value.js';
import { ansiEscapeDetector } from './text/ansi-escape.js';
import { controlCharacterDetector } from './text/control-character.js';
import { jsonEscapeDetector } from './text/json-escapes.js';
import { invisibleDetector } from './text/invisible.js';
import { emailDetector } from './personal/contact/email.js';
import { ibanDetector } from './personal/money/iban.js';
import { base58Detector, bech32Detector, digitLedAddressDetector } from './personal/money/crypto-address.js';
import { dateOfBirthDetector, eastAsianBirthDetector, frenchBirthDetector } from './personal/identity/date-of-birth.js';
import { idNumberDetector } from './personal/identity/id-numbers.js';
import { lowerCaseIdDetector } from './personal/identity/id-lower-case.js';
import { digitLedIdDetector, letteredIdDetector } from './personal/identity/id-words-detector.js';
import { mrzDetector } from './personal/identity/mrz.js';
import { jwtDetectors } from './secrets/jwt.js';
import { ipv6Detectors } from './personal/network/ipv6.js';
import { dottedMacAddressDetector, macAddressDetector } from './personal/network/mac-address.js';
import { ipv4Detector } from './personal/network/ipv4.js';
import { phoneDetector } from './personal/contact/phone.js';
import { privateKeyDetectors } from './secrets/private-key.js';
import { providerKeyDetectors } from './secrets/provider-keys.js';
import { ssnDetector } from './personal/identity/ssn.js';

/** Every built-in detector, in the order in which those of one anchor are asked. */
export const ALL_DETECTORS: readonly Detector[] = [
  facebookTokenDetector,
  ipv4Detector,
  idNumberDetector,
  ssnDetector,
  cardDetector,
  phoneDetector,
  digitLedIdDetector,
  digitLedAddressDetector,
  emailDetector,
  ibanDetector,
  mrzDetector,
  bech32Detector,
  base58Detector,
  letteredIdDetector,
  lowerCaseIdDetector,
  dateOfBirthDetector,
  frenchBirthDetector,
  eastAsianBirthDetector,
  ...privateKeyDetectors,
  ...jwtDetectors,
  awsPairDetector,
  ...providerKeyDetectors,
  ...composedKeyDetectors,
  urlPasswordDetector,
  assignmentDetector,
  ...ipv6Detectors,
  macAddressDetector,
  dottedMacAddressDetector,
  telegramDetector,
  authorizationDetector,
  authorizationFieldDetector,
  elementDetector,
  ...callDetectors,
  optionDetector,
  curlUserDetector,
  commandPasswordDetector,
  statementDetector,
  kubernetesSecretDetector,
  ansiEscapeDetector,
  controlCharacterDetector,
  invisibleDetector,
  jsonEscapeDetector,
];
