#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/main.js', import.meta.url);
if (!existsSync(built)) {
  console.error('ocopea is not built yet; run "npm run build" first');
  process.exit(1);
}
const { main } = await import(built.href);
await main(process.argv.slice(2));
