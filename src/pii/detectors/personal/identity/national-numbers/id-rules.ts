import { accountNumbers, bankNumbers } from '../../money/bank-routing.js';
import { licenceNumbers, licenceWords } from '../driving-licence.js';
import { passportNumbers, passportWords } from '../passport.js';
import { australianNumbers, canadianNumbers } from './canada-australia.js';
import { centralNumbers } from './central-europe.js';
import { eastAsianNumbers, eastAsianWords } from './east-asia.js';
import { belgianNumbers, frenchNumbers } from './france-belgium.js';
import { austrianNumbers, germanNumbers, germanWords } from './germany.js';
import { indianNumbers, indianWords } from './india.js';
import { latinAmericanNumbers, latinAmericanWords } from './latin-america.js';
import { easternAfricanNumbers } from './middle-east-africa.js';
import { northernNumbers, northernWords } from './northern-europe.js';
import type { NumberRule, WordRule } from './number-rule.js';
import { southernNumbers, southernWords } from './southern-europe.js';
import { unitedKingdomNumbers, unitedKingdomWords } from './united-kingdom.js';
import { unitedStatesNumbers, unitedStatesWords } from './united-states.js';

/** The numbers of digits, in the order in which those that are written alike are tried: what is checked comes first. */
export const ID_NUMBER_RULES: readonly NumberRule[] = [
  ...bankNumbers,
  ...unitedStatesNumbers,
  ...unitedKingdomNumbers,
  ...germanNumbers,
  ...austrianNumbers,
  ...frenchNumbers,
  ...belgianNumbers,
  ...southernNumbers,
  ...northernNumbers,
  ...centralNumbers,
  ...canadianNumbers,
  ...australianNumbers,
  ...indianNumbers,
  ...eastAsianNumbers,
  ...latinAmericanNumbers,
  ...easternAfricanNumbers,
  ...passportNumbers,
  ...licenceNumbers,
  ...accountNumbers,
];

/** The identifiers with letters, in the order in which those of one length are tried. */
export const ID_WORD_RULES: readonly WordRule[] = [
  ...unitedStatesWords,
  ...unitedKingdomWords,
  ...germanWords,
  ...southernWords,
  ...northernWords,
  ...indianWords,
  ...eastAsianWords,
  ...latinAmericanWords,
  ...passportWords,
  ...licenceWords,
];
