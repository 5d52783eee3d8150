import type { Detector } from '../detector.js';
import { assignmentDetector } from './assignment.js';
import { cardDetector } from './card.js';
import {
  airtableDetector,
  azureClientSecretDetector,
  discordDetector,
  sendgridDetector,
  slackWebhookDetector,
  telegramDetector,
} from './composed-keys.js';
import { authorizationDetector, urlPasswordDetector } from './credentials.js';
import { emailDetector } from './email.js';
import { ibanDetector } from './iban.js';
import { jwtDetector } from './jwt.js';
import { ipv4Detector, ipv6Detector } from './network.js';
import { phoneDetector } from './phone.js';
import { privateKeyDetector } from './private-key.js';
import { providerKeyDetectors } from './provider-keys.js';
import { ssnDetector } from './ssn.js';

/** Every built-in detector, in the order in which those of one anchor are asked. */
export const ALL_DETECTORS: readonly Detector[] = [
  ipv4Detector,
  ssnDetector,
  cardDetector,
  phoneDetector,
  emailDetector,
  ibanDetector,
  privateKeyDetector,
  jwtDetector,
  ...providerKeyDetectors,
  sendgridDetector,
  discordDetector,
  airtableDetector,
  slackWebhookDetector,
  azureClientSecretDetector,
  urlPasswordDetector,
  assignmentDetector,
  ipv6Detector,
  telegramDetector,
  authorizationDetector,
];
