import { readFileSync } from 'node:fs';
import { EdgeMetrics } from '@ocopea/edge';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { GatewayMetrics } from './gateway-metrics.js';

const page = readFileSync(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8');

/** Rows of the tables, by section. */
function documented(section: string): string[] {
  const [, text = ''] = page.split(`## ${section}\n`);
  return text
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'));
}

function registered(registry: Registry): string[] {
  return registry.getMetricsAsArray().map((metric) => {
    const { name, help, labelNames } = metric as unknown as { name: string; help: string; labelNames: string[] };
    const labels = labelNames.map((label) => `\`${label}\``).join(' ');
    return `| \`${name}\` | ${metric.constructor.name.toLowerCase()} | ${labels} | ${help} |`;
  });
}

describe('the metrics reference', () => {
  it.each([
    ['At every process', (registry: Registry) => new EdgeMetrics(registry)],
    ['At the Hub', (registry: Registry) => new GatewayMetrics(registry)],
  ])('lists exactly the metrics there are: %s', (section, register) => {
    const registry = new Registry();
    register(registry);
    expect(documented(section)).toEqual(registered(registry));
  });
});
