import type { Detector } from '../../detector.js';
import { confidenceOfSecret } from './secret-values.js';

/** Commands whose `-p` is a password (the manual pages of sshpass, docker login and helm registry login). */
const PARTED =
  /(?:sshpass|(?:docker|podman|helm registry) login)(?: -(?:[a-oq-z]|-[a-z])[\w-]{0,20}(?:[ =](?!-)[^\s"']{1,128})?){0,4} -p[ =]?(["']?)([^\s"'$<{]{4,128})\1(?=[\s;|&]|$)/y;
/** The clients of MySQL, to which the password is given without a space (MySQL Reference Manual, "--password"). */
const JOINED =
  /(?:mysql(?:dump|admin|import)?|mariadb(?:-dump)?)(?: -(?:[a-zA-OQ-Z]|-[a-z])[\w-]{0,20}(?:[ =](?!-)[^\s"']{1,128})?){0,4} -p(["']?)([^\s"'$<{]{4,128})\1(?=[\s;|&]|$)/y;

/** Finds the password that a command is given with `-p`: `sshpass -p x ssh`, `docker login -u me -p x`, `mysql -u me -px`. */
export const commandPasswordDetector: Detector = {
  types: ['password'],
  category: 'secret',
  anchor: {
    at: 'prefix',
    prefixes: ['sshpass -', 'docker login -', 'podman login -', 'helm registry login -', 'mysql', 'mariadb'],
  },
  detect(text, at, report) {
    const pattern = text.startsWith('m', at) ? JOINED : PARTED;
    pattern.lastIndex = at;
    const [, quote = '', password] = pattern.exec(text) ?? [];
    if (password === undefined) {
      return at;
    }
    const end = pattern.lastIndex - quote.length;
    const confidence = confidenceOfSecret('password', password, 'quoted');
    return confidence > 0 && report('password', end - password.length, end, confidence) ? end : at;
  },
};
