// Many simulated Sites in one process of their own. Started by SimulatedPartition.
import { readFileSync } from 'node:fs';
import { SimulatedSite } from './simulated-site.js';
import type { SimulatedSitesInput, SimulatedSitesQuestion } from './simulated-partition.js';

const { count, rowsPerSite, latencyMs, sdlPath } = JSON.parse(process.argv[2]!) as SimulatedSitesInput;
const sdl = readFileSync(sdlPath, 'utf8');
const sites = Array.from({ length: count }, (_, number) => {
  const latency = latencyMs.fastest + ((latencyMs.slowest - latencyMs.fastest) * number) / Math.max(1, count - 1);
  return new SimulatedSite({ id: `site-${String(number).padStart(3, '0')}`, number, rows: rowsPerSite, latencyMs: latency, sdl });
});
const urls = await Promise.all(sites.map((site) => site.listen()));
process.send!({ urls });
process.on('message', (question: SimulatedSitesQuestion) => {
  for (const number of question.close ?? []) sites[number]!.close();
  for (const number of question.hang ?? []) sites[number]!.hang();
  process.send!({ bytesSent: sites.reduce((sum, site) => sum + site.bytesSent, 0) });
});
process.on('disconnect', () => process.exit(0));
