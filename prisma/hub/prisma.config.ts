import path from 'node:path';
import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: import.meta.dirname,
  migrations: { path: path.join(import.meta.dirname, 'migrations') },
});
