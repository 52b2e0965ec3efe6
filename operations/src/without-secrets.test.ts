import { describe, expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.js';

describe('texts without secrets', () => {
  it.each([
    ['postgres://u:p@h/d', 'postgres://***@h/d'],
    ['https://token@example.org/x', 'https://***@example.org/x'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer ***'],
    ['got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln here', 'got *** here'],
    ['password=hunter2, user=ann', 'password=***, user=ann'],
    ['{"adminPassword": "a b c"}', '{"adminPassword": ***}'],
    ['AWS_SECRET_ACCESS_KEY=abc', 'AWS_SECRET_ACCESS_KEY=***'],
    ['secret: "x y"; more', 'secret: ***; more'],
    ['copy "eu.copy.1" holds 12 bytes at https://eu.example.org/graphql', 'copy "eu.copy.1" holds 12 bytes at https://eu.example.org/graphql'],
    ['the token has expired; ask for a new one', 'the token has expired; ask for a new one'],
  ])('%s', (text, masked) => {
    expect(withoutSecrets(text)).toBe(masked);
  });
});
