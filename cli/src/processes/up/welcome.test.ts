import { describe, expect, it } from 'vitest';
import { formatWelcome } from './welcome.js';

const welcome = { hubUrl: 'http://127.0.0.1:4000', sites: [], applications: [], tokenFile: '/home/me/.ocopea/admin.token', logs: '/home/me/.ocopea/logs' };
const warning = /The Hub listens on .*: other machines can reach it\. Whoever has the token is its administrator\./;

describe('the welcome', () => {
  it.each(['0.0.0.0', '::', '192.168.1.7', 'hub.example.org'])('says that other machines can reach %s', (host) => {
    expect(formatWelcome({ ...welcome, host })).toMatch(warning);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('says nothing of the kind about %s', (host) => {
    expect(formatWelcome({ ...welcome, host })).not.toMatch(warning);
  });
});
