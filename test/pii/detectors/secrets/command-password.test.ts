import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../support.js';

test.each([
  ['sshpass -p hunter2x ssh host', 'hunter2x'],
  ["sshpass -p 'hunter2x' ssh host", 'hunter2x'],
  ['docker login -u me -p x9Kd82kkA! registry', 'x9Kd82kkA!'],
  ['mysql -u root -pS3cr3tPw9 db', 'S3cr3tPw9'],
  ['mysqldump --user=me --port 3306 -p"x9Kd82!a" db', 'x9Kd82!a'],
])('finds the password in %s', (text, password) => {
  expect(found(text)).toEqual([`password:${password}`]);
});

test.each(['mysql -u root -p db', 'docker run -p 8080:80 image', 'sshpass -e ssh', 'docker login -u me -p $PASSWORD'])(
  'finds none in %s',
  (text) => {
    expect(typesIn(text)).toEqual([]);
  },
);
